import { describe, expect, it } from 'vitest'
import { Counter, Gauge, Histogram, renderMetrics } from '../src/metrics.ts'

/** The rendered samples of one metric. */
function samples(name: string): string[] {
  return renderMetrics()
    .split('\n')
    .filter((line) => line.startsWith(name))
}

describe('Counter', () => {
  it('counts for each combination of labels', () => {
    const counter = new Counter('test_requests_total', 'Requests.', ['operation', 'status'])
    counter.add(1, 'GetObject', '200')
    counter.add(2, 'GetObject', '200')
    counter.add(1, 'GetObject', '404')
    expect(samples('test_requests_total')).toEqual([
      'test_requests_total{operation="GetObject",status="200"} 3',
      'test_requests_total{operation="GetObject",status="404"} 1',
    ])
  })
  it('is 0 from the start without labels', () => {
    const counter = new Counter('test_plain_total', 'Plain.')
    expect(samples('test_plain_total')).toEqual(['test_plain_total 0'])
    counter.add(5)
    expect(samples('test_plain_total')).toEqual(['test_plain_total 5'])
  })
  it('escapes labels', () => {
    new Counter('test_escaped_total', 'Escaped.', ['a']).add(1, 'x"\\\n')
    expect(samples('test_escaped_total')).toEqual([String.raw`test_escaped_total{a="x\"\\\n"} 1`])
  })
  it('bounds the number of series', () => {
    const counter = new Counter('test_many_total', 'Many.', ['a'])
    for (let index = 0; index < 5000; index++) counter.add(1, String(index))
    expect(samples('test_many_total').length).toBe(2000)
  })
})

describe('Gauge', () => {
  it('goes up and down', () => {
    const gauge = new Gauge('test_depth', 'Depth.')
    gauge.add(3)
    gauge.add(-1)
    expect(samples('test_depth')).toEqual(['test_depth 2'])
    gauge.set(7)
    expect(samples('test_depth')).toEqual(['test_depth 7'])
  })
})

describe('Histogram', () => {
  it('counts cumulatively, bounds inclusive', () => {
    const histogram = new Histogram('test_seconds', 'Seconds.', { labels: ['operation'], bounds: [0.1, 1] })
    for (const value of [0.1, 0.5, 1, 3]) histogram.observe(value, 'Get')
    expect(samples('test_seconds')).toEqual([
      'test_seconds_bucket{operation="Get",le="0.1"} 1',
      'test_seconds_bucket{operation="Get",le="1"} 3',
      'test_seconds_bucket{operation="Get",le="+Inf"} 4',
      'test_seconds_sum{operation="Get"} 4.6',
      'test_seconds_count{operation="Get"} 4',
    ])
  })
})

describe('renderMetrics()', () => {
  it('introduces each metric and ends with a line break', () => {
    const text = renderMetrics()
    expect(text).toContain(
      '# HELP edgeshard_requests_total Requests to S3, IAM and STS answered.\n# TYPE edgeshard_requests_total counter\n',
    )
    expect(text.endsWith('\n')).toBe(true)
  })
})
