// What becomes known of a request of the Query protocol, and what is said of it afterwards: one log line, the counters.
import type { Access } from '../access/access.ts'
import type { SignatureFacts } from '../auth/authenticate.ts'
import type { Identity } from '../auth/identity.ts'
import { requestId } from '../http/request-id.ts'
import { logRequest } from '../log.ts'
import { bytesIn, bytesOut, requests, requestSeconds } from '../metrics.ts'
import type { Xml } from '../s3/xml.ts'
import type { Action } from './action.ts'
import type { QueryParameters } from './parameters.ts'
import type { QueryError } from './query-error.ts'

/** Filled by the pipeline; read when the request is answered, logged and counted. */
export interface QueryExchange {
  readonly request: Request
  readonly requestId: string
  /** Milliseconds since 1970. */
  readonly now: number
  parameters: QueryParameters | null
  action: Action | null
  identity: Identity | null
  /** How it was signed. */
  signature: SignatureFacts | null
  access: Access | null
  /** The children of the action's result. */
  result: readonly (Xml | null)[] | null
  error: QueryError | null
  /** Bytes of the bodies. */
  received: number
  sent: number
}

/** Starts the clock. */
export function begin(request: Request): QueryExchange {
  return {
    request,
    requestId: requestId(),
    now: Date.now(),
    parameters: null,
    action: null,
    identity: null,
    signature: null,
    access: null,
    result: null,
    error: null,
    received: 0,
    sent: 0,
  }
}

/** One log line, and the counters. Parameters are never in it: they may be policies, and answers hold secrets. */
export function record(
  status: number,
  exchange: QueryExchange,
  gather: ((work: Promise<unknown>) => void) | null,
): void {
  const { request, requestId: id, now, action, identity, error, received, sent } = exchange
  const ended = Date.now()
  const label = action?.name ?? 'none'
  requests.add(1, label, String(status))
  requestSeconds.observe((ended - now) / 1000, label)
  if (received > 0) bytesIn.add(received, label)
  if (sent > 0) bytesOut.add(sent, label)
  const line = {
    time: new Date(now).toISOString(),
    requestId: id,
    ...(action === null ? null : { service: action.service }),
    operation: action?.name ?? null,
    method: request.method,
    status,
    ...(error === null ? null : { error: error.code }),
    ...(error?.reason === undefined ? null : { reason: error.reason }),
    bytesIn: received,
    bytesOut: sent,
    milliseconds: ended - now,
    ...(identity?.kind === 'account' ? { account: identity.accountId } : null),
  }
  logRequest(line, gather)
}
