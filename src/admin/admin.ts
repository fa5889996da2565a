// The admin API: JSON over HTTP under /-/admin/, signed like a request to S3 with the root account's key. docs/admin.md.
import { authenticate } from '../auth/authenticate.ts'
import type { Identity } from '../auth/identity.ts'
import type { Env } from '../env.ts'
import { S3Error } from '../errors.ts'
import { splitUrl } from '../http/raw-url.ts'
import { requestId } from '../http/request-id.ts'
import { adminBodyBytesMax } from '../limits.ts'
import { describeError, logFault } from '../log.ts'
import { keyLookup } from '../store/tables/access-keys.ts'
import { refuse } from './answer.ts'
import type { AdminAnswer, Json } from './answer.ts'
import { readJson, readRawBody } from './body.ts'
import { matchRoute, type AdminRoute } from './route.ts'
import { ADMIN_ROUTES } from './routes.ts'

/** Answers a request under /-/admin/. Never throws. */
export async function handleAdmin(request: Request, env: Env, _ctx: ExecutionContext): Promise<Response> {
  const id = requestId()
  const answer = await answerOrRefuse(request, env, id)
  const headers = new Headers(answer.headers)
  headers.set('x-amz-request-id', id)
  // Answers carry secrets.
  headers.set('cache-control', 'no-store')
  if (answer.body === null) return new Response(null, { status: answer.status, headers })
  headers.set('content-type', 'application/json')
  const body = answer.status < 400 ? answer.body : withRequestId(answer.body, id)
  return new Response(`${JSON.stringify(body)}\n`, { status: answer.status, headers })
}

async function answerOrRefuse(request: Request, env: Env, id: string): Promise<AdminAnswer> {
  try {
    return await answerRequest(request, env)
  } catch (error) {
    // Signatures are refused with S3's errors and, here, in JSON.
    if (error instanceof S3Error) {
      const { code, message, status, headers } = error
      return { status, body: { error: { code, message } }, headers }
    }
    logFault('Admin request failed', { requestId: id, ...describeError(error) })
    return refuse('InternalError', 'We encountered an internal error. Please try again.')
  }
}

async function answerRequest(request: Request, env: Env): Promise<AdminAnswer> {
  const now = Date.now()
  const { method, url, headers } = request
  const raw = await readRawBody(request.body)
  if (raw === null) return refuse('EntityTooLarge', `A body has at most ${adminBodyBytesMax} bytes`)
  const asked = {
    method,
    url,
    headers,
    body: new Response(raw.bytes).body,
    bodyHash: raw.sha256,
    clientAcceptEncoding: acceptEncodingOf(request),
    now,
  }
  const { identity, body } = await authenticate(asked, keyLookup(env))
  const { path, query } = splitUrl(url)
  const match = matchRoute(ADMIN_ROUTES, method, path)
  // Who may not use a route learns nothing of what there is.
  if (!isRoot(identity) && !(match.outcome === 'found' && isOwnAccount(identity, match))) {
    return refuse('AccessDenied', 'Only the root account may use the admin API')
  }
  if (match.outcome === 'missing') return refuse('NotFound', `The admin API has no ${path}`)
  if (match.outcome === 'wrong-method') {
    const allow = match.allowed.join(', ')
    return refuse('MethodNotAllowed', `${method} is not allowed here, but ${allow}`, { allow })
  }
  const json = await readJson(body)
  if (json === undefined) return refuse('InvalidRequest', 'The body must be JSON in UTF-8')
  const { route, accountId, accessKeyId, policyName } = match
  return route.handle({ env, accountId, accessKeyId, policyName, query: new URLSearchParams(query), body: json, now })
}

/** The root account itself: not its users and not its sessions, who may do only what a policy allows. */
function isRoot(identity: Identity): boolean {
  if (identity.kind === 'anonymous') return false
  return identity.isRoot && identity.principal.type === 'Account' && identity.session === null
}

/** An account itself, on a route for the account it names. */
function isOwnAccount(identity: Identity, { route, accountId }: { route: AdminRoute; accountId: string }): boolean {
  if (route.forOwnAccount !== true || identity.kind === 'anonymous') return false
  return identity.accountId === accountId && identity.principal.type === 'Account' && identity.session === null
}

/** What the client sent, where Cloudflare's edge replaced it. */
function acceptEncodingOf(request: Request): string | null {
  const original = request.cf?.['clientAcceptEncoding']
  return typeof original === 'string' ? original : null
}

function withRequestId(body: Json, id: string): Json {
  const error = typeof body === 'object' && body !== null && !Array.isArray(body) ? body['error'] : null
  return {
    error: { ...(typeof error === 'object' && error !== null && !Array.isArray(error) ? error : {}), requestId: id },
  }
}
