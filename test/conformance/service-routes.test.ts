// The service's own routes: what an operator and a load balancer see.
import { CreateBucketCommand, PutObjectCommand, SelectObjectContentCommand } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'

const server = sharedServer()

describe('/-/health and /-/ready', () => {
  it('answer in JSON, without a signature', async () => {
    const health = await fetch(`${server.url}/-/health`)
    expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }])
    const ready = await fetch(`${server.url}/-/ready`)
    expect([ready.status, await ready.json()]).toEqual([200, { ready: true }])
    expect(ready.headers.get('content-type')).toMatch(/^application\/json/)
  })

  it('are no buckets: anything else below /-/ is not found', async () => {
    for (const path of ['/-/', '/-/nothing', '/-/health/more']) {
      expect([path, (await fetch(server.url + path)).status]).toEqual([path, 404])
    }
  })
})

type Samples = Map<string, number>

/** name{labels} → value, having checked each line against the exposition format. */
async function scrape(): Promise<{ samples: Samples; types: Map<string, string> }> {
  const response = await fetch(`${server.url}/-/metrics`)
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
  const samples: Samples = new Map()
  const types = new Map<string, string>()
  for (const line of (await response.text()).trimEnd().split('\n')) {
    const comment = /^# (?:HELP ([a-z_]+) \S.*|TYPE ([a-z_]+) (counter|gauge|histogram))$/.exec(line)
    if (comment !== null) {
      if (comment[2] !== undefined) types.set(comment[2], comment[3] ?? '')
      continue
    }
    const sample = /^([a-z_]+(?:\{(?:[a-z]+="(?:[^"\\\n]|\\.)*",?)+\})?) (-?[0-9.e+-]+|\+Inf|NaN)$/.exec(line)
    expect(sample, line).not.toBe(null)
    samples.set(sample?.[1] ?? '', Number(sample?.[2]))
  }
  return { samples, types }
}

describe('/-/metrics', () => {
  it('has what an operator needs, each with its type', async () => {
    const { types } = await scrape()
    expect(Object.fromEntries(types)).toMatchObject({
      edgeshard_requests_total: 'counter',
      edgeshard_request_seconds: 'histogram',
      edgeshard_received_bytes_total: 'counter',
      edgeshard_sent_bytes_total: 'counter',
      edgeshard_outbox_mutations: 'gauge',
      edgeshard_outbox_age_seconds: 'gauge',
      edgeshard_scrubbed_extents_total: 'counter',
      edgeshard_collected_extents_total: 'counter',
      edgeshard_damaged_reads_total: 'counter',
    })
  })

  it('counts requests, statuses, bytes and time by operation', async () => {
    const Bucket = uniqueBucketName('metrics')
    await server.client().send(new CreateBucketCommand({ Bucket }))
    const before = (await scrape()).samples
    await server.fetchSigned('PUT', `/${Bucket}/k`, { body: 'x'.repeat(1000) })
    await (await server.fetchSigned('GET', `/${Bucket}/k`)).text()
    await (await server.fetchSigned('GET', `/${Bucket}/none`)).text()
    const after = (await scrape()).samples
    const grown = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0)
    expect(grown('edgeshard_requests_total{operation="PutObject",status="200"}')).toBe(1)
    expect(grown('edgeshard_requests_total{operation="GetObject",status="200"}')).toBe(1)
    expect(grown('edgeshard_requests_total{operation="GetObject",status="404"}')).toBe(1)
    expect(grown('edgeshard_received_bytes_total{operation="PutObject"}')).toBe(1000)
    expect(grown('edgeshard_sent_bytes_total{operation="GetObject"}')).toBeGreaterThanOrEqual(1000)
    expect(grown('edgeshard_request_seconds_count{operation="GetObject"}')).toBe(2)
    expect(grown('edgeshard_request_seconds_bucket{operation="GetObject",le="+Inf"}')).toBe(2)
    expect(after.get('edgeshard_request_seconds_sum{operation="GetObject"}')).toBeGreaterThan(0)
  })

  it('counts the bytes of answers whose length nobody knows before', async () => {
    const Bucket = uniqueBucketName('metrics-select')
    const client = server.client()
    await client.send(new CreateBucketCommand({ Bucket }))
    await client.send(new PutObjectCommand({ Bucket, Key: 'rows.csv', Body: 'a,b\n1,2\n' }))
    const before = (await scrape()).samples
    const { Payload } = await client.send(
      new SelectObjectContentCommand({
        Bucket,
        Key: 'rows.csv',
        ExpressionType: 'SQL',
        Expression: 'SELECT * FROM S3Object',
        InputSerialization: { CSV: {} },
        OutputSerialization: { CSV: {} },
      }),
    )
    const events: string[] = []
    for await (const event of Payload ?? []) events.push(...Object.keys(event))
    expect(events).toContain('End')
    const name = 'edgeshard_sent_bytes_total{operation="SelectObjectContent"}'
    // Three messages at least: the records, the statistics, the end.
    expect(((await scrape()).samples.get(name) ?? 0) - (before.get(name) ?? 0)).toBeGreaterThan(300)
  })

  it('names no bucket, key or account', async () => {
    const Bucket = uniqueBucketName('metrics-secret')
    await server.client().send(new CreateBucketCommand({ Bucket }))
    await server.fetchSigned('PUT', `/${Bucket}/a-secret-key`, { body: 'x' })
    const text = await (await fetch(`${server.url}/-/metrics`)).text()
    for (const secret of [Bucket, 'a-secret-key', server.accessKeyId]) expect(text).not.toContain(secret)
  })
})
