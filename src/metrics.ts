// Metrics of this isolate, and their rendering for Prometheus. No imports, so that anything may count.
// https://prometheus.io/docs/instrumenting/exposition_formats/

/** Label combinations a metric may have; further ones are dropped. Ours: operations × statuses is some hundreds. */
const seriesMax = 2000

/** Separates label values in a series key: no label of ours holds it. */
const separator = '\u001f'

interface Metric {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  render(): string[]
}

const registry: Metric[] = []

/** Everything counted so far, as Prometheus reads it (`text/plain; version=0.0.4`). */
export function renderMetrics(): string {
  const lines: string[] = []
  for (const metric of registry) {
    lines.push(`# HELP ${metric.name} ${metric.help}`, `# TYPE ${metric.name} ${metric.type}`, ...metric.render())
  }
  return `${lines.join('\n')}\n`
}

/** `{operation="GetObject",status="200"}`; empty without labels. */
function labelText(names: readonly string[], key: string, further = ''): string {
  const values = key.split(separator)
  const pairs = names.map((name, index) => `${name}="${escapeLabel(values[index] ?? '')}"`)
  if (further !== '') pairs.push(further)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

/** A number for each combination of label values. */
class Values implements Metric {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge'
  private readonly labels: readonly string[]
  private readonly series = new Map<string, { value: number }>()

  constructor(type: 'counter' | 'gauge', name: string, description: { help: string; labels: readonly string[] }) {
    this.type = type
    this.name = name
    this.help = description.help
    this.labels = description.labels
    // A metric without labels is there from the start, as 0.
    if (this.labels.length === 0) this.series.set('', { value: 0 })
    registry.push(this)
  }

  protected cell(values: readonly string[]): { value: number } {
    const key = values.length === 1 ? (values[0] ?? '') : values.join(separator)
    let cell = this.series.get(key)
    if (cell === undefined) {
      cell = { value: 0 }
      if (this.series.size < seriesMax) this.series.set(key, cell)
    }
    return cell
  }

  render(): string[] {
    const lines: string[] = []
    for (const [key, { value }] of this.series) lines.push(`${this.name}${labelText(this.labels, key)} ${value}`)
    return lines
  }
}

/** Only grows. */
export class Counter extends Values {
  constructor(name: string, help: string, labels: readonly string[] = []) {
    super('counter', name, { help, labels })
  }

  add(amount: number, ...labels: string[]): void {
    this.cell(labels).value += amount
  }
}

/** Goes up and down. */
export class Gauge extends Values {
  constructor(name: string, help: string, labels: readonly string[] = []) {
    super('gauge', name, { help, labels })
  }

  set(value: number, ...labels: string[]): void {
    this.cell(labels).value = value
  }

  add(amount: number, ...labels: string[]): void {
    this.cell(labels).value += amount
  }
}

/** Counts observations in buckets, for each combination of label values. */
export class Histogram implements Metric {
  readonly type = 'histogram'
  readonly name: string
  readonly help: string
  private readonly labels: readonly string[]
  private readonly bounds: readonly number[]
  private readonly series = new Map<string, { counts: number[]; sum: number }>()

  /** `bounds`: upper limits of the buckets, inclusive, ascending; one for everything above is added. */
  constructor(
    name: string,
    help: string,
    { labels, bounds }: { labels: readonly string[]; bounds: readonly number[] },
  ) {
    this.name = name
    this.help = help
    this.labels = labels
    this.bounds = bounds
    registry.push(this)
  }

  observe(value: number, ...labels: string[]): void {
    const key = labels.length === 1 ? (labels[0] ?? '') : labels.join(separator)
    let cell = this.series.get(key)
    if (cell === undefined) {
      cell = { counts: Array.from({ length: this.bounds.length + 1 }, () => 0), sum: 0 }
      if (this.series.size < seriesMax) this.series.set(key, cell)
    }
    let bucket = 0
    while (bucket < this.bounds.length && value > (this.bounds[bucket] ?? Infinity)) bucket++
    cell.counts[bucket] = (cell.counts[bucket] ?? 0) + 1
    cell.sum += value
  }

  render(): string[] {
    const lines: string[] = []
    for (const [key, { counts, sum }] of this.series) {
      let count = 0
      for (const [index, inBucket] of counts.entries()) {
        count += inBucket
        const bound = index < this.bounds.length ? String(this.bounds[index]) : '+Inf'
        lines.push(`${this.name}_bucket${labelText(this.labels, key, `le="${bound}"`)} ${count}`)
      }
      lines.push(`${this.name}_sum${labelText(this.labels, key)} ${sum}`)
      lines.push(`${this.name}_count${labelText(this.labels, key)} ${count}`)
    }
    return lines
  }
}

// ── what is counted ──────────────────────────────────────────────────────────────────────────────────────────────────

export const requests = new Counter('edgeshard_requests_total', 'Requests to S3, IAM and STS answered.', [
  'operation',
  'status',
])

export const requestSeconds = new Histogram('edgeshard_request_seconds', 'Time from request to response headers.', {
  labels: ['operation'],
  bounds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
})

export const bytesIn = new Counter('edgeshard_received_bytes_total', 'Request body bytes announced.', ['operation'])
export const bytesOut = new Counter(
  'edgeshard_sent_bytes_total',
  'Response body bytes announced, or sent where none were.',
  ['operation'],
)

export const auditRecords = new Counter('edgeshard_audit_records_total', 'Audit records written.', [
  'service',
  'outcome',
])
export const denials = new Counter('edgeshard_denied_requests_total', 'Requests denied, by what denied them.', [
  'service',
  'denial',
])
export const auditBatches = new Counter('edgeshard_audit_batches_total', 'Batches for the audit bucket.', ['outcome'])
export const lostAuditRecords = new Counter(
  'edgeshard_audit_lost_records_total',
  'Audit records that the audit bucket does not have. The log has them.',
)

export const outboxDepth = new Gauge('edgeshard_outbox_mutations', 'Mutations waiting for the catalogue.', ['shard'])
export const outboxAge = new Gauge('edgeshard_outbox_age_seconds', 'Age of the oldest mutation waiting.', ['shard'])
export const flushes = new Counter('edgeshard_flushes_total', 'Catalogue statements sent.', ['outcome'])
export const flushedMutations = new Counter('edgeshard_flushed_mutations_total', 'Mutations the catalogue took.')

export const scrubbedExtents = new Counter('edgeshard_scrubbed_extents_total', 'Extents verified.', ['outcome'])
export const scrubbedBytes = new Counter('edgeshard_scrubbed_bytes_total', 'Bytes verified by the scrubber.')
export const damagedReads = new Counter('edgeshard_damaged_reads_total', 'Reads that met a damaged extent.')
export const collectedExtents = new Counter('edgeshard_collected_extents_total', 'Extents removed.', ['store'])
