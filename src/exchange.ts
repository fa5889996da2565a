// What becomes known of a request on its way, and what is said of it afterwards: one log line and the counters.
import type { Access } from './access/access.ts'
import type { Authenticated } from './auth/authenticate.ts'
import type { S3Error } from './errors.ts'
import { readOnce } from './http/read-once.ts'
import { splitUrl, type RawUrl } from './http/raw-url.ts'
import { requestId } from './http/request-id.ts'
import { logRequest } from './log.ts'
import { bytesIn, bytesOut, requests, requestSeconds } from './metrics.ts'
import type { Address } from './s3/address.ts'
import type { Operation } from './s3/operation.ts'
import type { Bucket } from './store/buckets.ts'

/** Filled by the pipeline; read when the request is answered, logged and counted. */
export interface Exchange {
  /** Read once: see readOnce. */
  readonly request: Request
  readonly url: RawUrl
  readonly requestId: string
  /** Milliseconds since 1970. */
  readonly now: number
  address: Address | null
  authenticated: Authenticated | null
  operation: Operation | null
  bucket: Bucket | null
  /** What was asked of it, and what it said. */
  access: Access | null
  error: S3Error | null
  /** Nothing of the body is left to drain. */
  isBodyRead: boolean
  /** Bytes of the answer's body. */
  sent: number
}

/** Starts the clock. */
export function begin(given: Request): Exchange {
  const request = readOnce(given)
  return {
    request,
    url: splitUrl(request.url),
    requestId: requestId(),
    now: Date.now(),
    address: null,
    authenticated: null,
    operation: null,
    bucket: null,
    access: null,
    error: null,
    isBodyRead: request.body === null,
    sent: 0,
  }
}

/** Counts bytes of an answer whose length is not known beforehand, as they are sent. */
export function countSent({ operation }: Exchange, bytes: number): void {
  bytesOut.add(bytes, operation?.name ?? 'none')
}

/** One log line, and the counters. */
export function record(status: number, exchange: Exchange, gather: ((work: Promise<unknown>) => void) | null): void {
  const { request, requestId: id, now, authenticated, address, error, sent } = exchange
  const operation = exchange.operation?.name ?? null
  const ended = Date.now()
  const received = request.body === null ? 0 : Number(request.headers.get('content-length') ?? 0)
  const label = operation ?? 'none'
  requests.add(1, label, String(status))
  requestSeconds.observe((ended - now) / 1000, label)
  if (received > 0) bytesIn.add(received, label)
  if (sent > 0) bytesOut.add(sent, label)
  const identity = authenticated?.identity
  const line = {
    time: new Date(now).toISOString(),
    requestId: id,
    operation,
    method: request.method,
    status,
    ...(error === null ? null : { error: error.code }),
    ...(error?.reason === undefined ? null : { reason: error.reason }),
    bytesIn: received,
    bytesOut: sent,
    milliseconds: ended - now,
    ...(identity?.kind === 'account' ? { account: identity.accountId } : null),
    ...(address !== null && 'bucket' in address ? { bucket: address.bucket } : null),
  }
  logRequest(line, gather)
}
