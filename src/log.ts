// The log: JSON, one object per line. The only place that writes to the console.

/** What is known of an answered request. Never a secret, a signature or a query string. */
export interface RequestLine {
  /** ISO 8601. */
  time: string
  requestId: string
  /** As AWS spells it; null when the request named none. */
  operation: string | null
  method: string
  status: number
  /** S3's error code. */
  error?: string
  /** Why, for the operator: details the client is not told. */
  reason?: string
  bytesIn: number
  bytesOut: number
  milliseconds: number
  account?: string
  bucket?: string
}

/** Writes the line of a request. */
export function logRequest(line: RequestLine): void {
  console.log(JSON.stringify(line))
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
