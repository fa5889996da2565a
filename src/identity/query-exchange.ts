// What becomes known of a request of the Query protocol on its way, for its record and its explanation.
import { requestId } from '../http/request-id.ts'
import type { Access } from '../access/access.ts'
import type { Authenticated } from '../auth/authenticate.ts'
import type { Xml } from '../s3/xml.ts'
import type { Action } from './action.ts'
import type { QueryParameters } from './parameters.ts'
import type { QueryError } from './query-error.ts'

export interface QueryExchange {
  readonly request: Request
  readonly requestId: string
  /** Milliseconds since 1970. */
  readonly now: number
  parameters: QueryParameters | null
  action: Action | null
  /** Null for an action that asks for no signature, too. */
  authenticated: Authenticated | null
  access: Access | null
  /** The children of the action's result. */
  result: readonly (Xml | null)[] | null
  error: QueryError | null
}

export function beginQuery(request: Request): QueryExchange {
  return {
    request,
    requestId: requestId(),
    now: Date.now(),
    parameters: null,
    action: null,
    authenticated: null,
    access: null,
    result: null,
    error: null,
  }
}
