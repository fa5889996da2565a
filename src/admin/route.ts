// The shape of the admin API's route table, and finding the route of a path. No I/O.
import type { Access } from '../access/access.ts'
import type { Identity } from '../auth/identity.ts'
import type { Env } from '../env.ts'
import type { AdminAnswer } from './answer.ts'

/** Who asks, and what its policies say. */
export interface AdminCaller {
  identity: Extract<Identity, { kind: 'account' }>
  access: Access
  /** Of the deployment's root account, and allowed this operation. */
  isAdministrator: boolean
}

/** A request that may be made, taken to pieces. */
export interface AdminRequest {
  request: Request
  env: Env
  caller: AdminCaller
  /** From the path; empty where the route has none. */
  accountId: string
  accessKeyId: string
  policyName: string
  bucketName: string
  query: URLSearchParams
  /** The parsed JSON body; an empty object for an empty body. */
  body: unknown
  /** Milliseconds since 1970. */
  now: number
}

export interface AdminRoute {
  /** As in docs/admin.openapi.yaml. */
  operationId: string
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Segments in braces are parameters: `/-/admin/accounts/{accountId}`. */
  path: string
  /** Every account may ask; the handler refuses what is not theirs. Otherwise it is for administrators alone. */
  isForAccounts?: true
  handle(request: AdminRequest): Promise<AdminAnswer>
}

export type RouteMatch =
  | {
      outcome: 'found'
      route: AdminRoute
      accountId: string
      accessKeyId: string
      policyName: string
      bucketName: string
    }
  | { outcome: 'wrong-method'; allowed: string[] }
  | { outcome: 'missing' }

/** The route for a method and a raw path (percent-encoded, without query). */
export function matchRoute(routes: readonly AdminRoute[], method: string, path: string): RouteMatch {
  const allowed: string[] = []
  for (const route of routes) {
    const parameters = matchPath(route.path, path)
    if (parameters === null) continue
    if (route.method === method) {
      return {
        outcome: 'found',
        route,
        accountId: parameters['accountId'] ?? '',
        accessKeyId: parameters['accessKeyId'] ?? '',
        policyName: parameters['policyName'] ?? '',
        bucketName: parameters['bucketName'] ?? '',
      }
    }
    allowed.push(route.method)
  }
  return allowed.length > 0 ? { outcome: 'wrong-method', allowed } : { outcome: 'missing' }
}

function matchPath(template: string, path: string): Record<string, string> | null {
  const wanted = template.split('/')
  const given = path.split('/')
  if (wanted.length !== given.length) return null
  const parameters: Record<string, string> = {}
  for (const [i, segment] of wanted.entries()) {
    const value = given[i] ?? ''
    if (!segment.startsWith('{')) {
      if (segment !== value) return null
      continue
    }
    const decoded = decodeSegment(value)
    // '/-/admin/accounts/' names no account.
    if (decoded === null || decoded === '') return null
    parameters[segment.slice(1, -1)] = decoded
  }
  return parameters
}

function decodeSegment(segment: string): string | null {
  try {
    return decodeURIComponent(segment)
  } catch {
    // '%', '%ff': no UTF-8, so no id of ours.
    return null
  }
}
