// The log: JSON, one object per line. The only place that writes to the console.

/** What is known of an answered request. Never a secret, a signature or a query string. */
export interface RequestLine {
  /** ISO 8601. */
  time: string
  requestId: string
  /** Absent for S3. */
  service?: 'iam' | 'sts'
  /** As AWS spells it; null when the request named none. */
  operation: string | null
  method: string
  status: number
  /** The service's error code. */
  error?: string
  /** Why, for the operator: details the client is not told. */
  reason?: string
  bytesIn: number
  bytesOut: number
  milliseconds: number
  account?: string
  bucket?: string
}

/** Lines gathered for one write: how many at most, and for how long. */
const GATHERED_MAX = 256
const GATHERED_MILLISECONDS = 20

let gathered: string[] = []
let gatheredSince = 0

/** Keeps work alive after the answer; null: every line is written at once. */
type Gather = ((work: Promise<unknown>) => void) | null

/**
 * Writes the line of a request. With `gather`, lines of requests that end within a moment of each other are written at
 * once: for a log that is a file, where each write is a system call and no request has a log of its own.
 */
export function logRequest(line: RequestLine, gather: Gather): void {
  write(JSON.stringify(line), gather)
}

/** Writes an audit record, JSON already, as a line of its own: `{"audit":…}`. */
export function logAudit(record: string, gather: Gather): void {
  write(`{"audit":${record}}`, gather)
}

function write(text: string, gather: Gather): void {
  if (gather === null) {
    console.log(text)
    return
  }
  const now = Date.now()
  gathered.push(text)
  if (gathered.length === 1) {
    gatheredSince = now
    gather(scheduler.wait(GATHERED_MILLISECONDS).then(writeGathered))
    return
  }
  // The request that was to write them may have been torn down.
  if (gathered.length >= GATHERED_MAX || now - gatheredSince > 2 * GATHERED_MILLISECONDS) writeGathered()
}

function writeGathered(): void {
  const lines = gathered
  gathered = []
  if (lines.length > 0) console.log(lines.join('\n'))
}

/** Writes something an operator should look at: a fault with its stack, damage found by the scrubber. */
export function logFault(message: string, details: Record<string, unknown>): void {
  console.error(JSON.stringify({ time: new Date().toISOString(), level: 'error', message, ...details }))
}

/** An error as data for `logFault`: its message, stack and causes. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: String(error) }
  const described: Record<string, unknown> = { error: error.message, stack: error.stack }
  if (error.cause !== undefined) described['cause'] = describeError(error.cause)
  return described
}
