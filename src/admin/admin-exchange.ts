// What becomes known of an admin request on its way, for its record.
import { requestId } from '../http/request-id.ts'
import type { Access } from '../access/access.ts'
import type { Identity } from '../auth/identity.ts'
import type { RouteMatch } from './route.ts'

export interface AdminExchange {
  readonly request: Request
  readonly requestId: string
  /** Milliseconds since 1970. */
  readonly now: number
  /** Null until the signature was verified. */
  identity: Identity | null
  match: RouteMatch | null
  access: Access | null
}

export function beginAdmin(request: Request): AdminExchange {
  return { request, requestId: requestId(), now: Date.now(), identity: null, match: null, access: null }
}
