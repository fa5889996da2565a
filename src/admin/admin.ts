// The admin API: JSON over HTTP under /-/admin/, signed like a request to S3. docs/admin.md.
import { Access } from '../access/access.ts'
import { denialSentence } from '../access/denial.ts'
import { requestFacts } from '../access/request-facts.ts'
import { accessSources } from '../access/sources.ts'
import { authenticate, type Authenticated, type AuthRequest } from '../auth/authenticate.ts'
import type { AuditTrail } from '../audit/audit-trail.ts'
import type { Identity } from '../auth/identity.ts'
import { authSettings } from '../auth/settings.ts'
import type { Env } from '../env.ts'
import { S3Error } from '../errors.ts'
import { splitUrl } from '../http/raw-url.ts'
import { adminBodyBytesMax } from '../limits.ts'
import { describeError, logFault } from '../log.ts'
import { keyLookup } from '../store/tables/access-keys.ts'
import { beginAdmin, type AdminExchange } from './admin-exchange.ts'
import { refuse } from './answer.ts'
import type { AdminAnswer, Json } from './answer.ts'
import { auditAdmin } from './audit-admin.ts'
import { readJson, readRawBody, type RawBody } from './body.ts'
import { matchRoute, type AdminCaller, type RouteMatch } from './route.ts'
import { ADMIN_ROUTES } from './routes.ts'

/** Answers a request under /-/admin/. Never throws. */
export async function handleAdmin(request: Request, env: Env, audit: AuditTrail): Promise<Response> {
  const exchange = beginAdmin(request)
  const { requestId: id } = exchange
  const answer = await answerOrRefuse(exchange, env)
  auditAdmin(exchange, answer, audit)
  const headers = new Headers(answer.headers)
  headers.set('x-amz-request-id', id)
  // Answers carry secrets.
  headers.set('cache-control', 'no-store')
  if (answer.body === null) return new Response(null, { status: answer.status, headers })
  headers.set('content-type', 'application/json')
  const body = answer.status < 400 ? answer.body : withRequestId(answer.body, id)
  return new Response(`${JSON.stringify(body)}\n`, { status: answer.status, headers })
}

async function answerOrRefuse(exchange: AdminExchange, env: Env): Promise<AdminAnswer> {
  try {
    return await answerRequest(exchange, env)
  } catch (error) {
    // Signatures are refused with S3's errors and, here, in JSON.
    if (error instanceof S3Error) {
      const { code, message, status, headers } = error
      return { status, body: { error: { code, message } }, headers }
    }
    logFault('Admin request failed', { requestId: exchange.requestId, ...describeError(error) })
    return refuse('InternalError', 'We encountered an internal error. Please try again.')
  }
}

async function answerRequest(exchange: AdminExchange, env: Env): Promise<AdminAnswer> {
  const { request, now } = exchange
  // 1. Who is it?
  const raw = await readRawBody(request.body)
  if (raw === null) return refuse('EntityTooLarge', `A body has at most ${adminBodyBytesMax} bytes`)
  const authenticated = await authenticate(authRequest(request, raw, now), keyLookup(env), authSettings(env))
  exchange.identity = authenticated.identity
  // 2. What is asked, and may they?
  const { path, query } = splitUrl(request.url)
  const parameters = new URLSearchParams(query)
  const match = matchRoute(ADMIN_ROUTES, request.method, path)
  exchange.match = match
  const access = accessOf(exchange, env, { authenticated, parameters })
  exchange.access = access
  const permitted = await permit(authenticated.identity, match, access)
  if ('refusal' in permitted) return permitted.refusal
  if (match.outcome === 'missing') return refuse('NotFound', `The admin API has no ${path}`)
  if (match.outcome === 'wrong-method') {
    const allow = match.allowed.join(', ')
    return refuse('MethodNotAllowed', `${request.method} is not allowed here, but ${allow}`, { allow })
  }
  // 3. Do it.
  const json = await readJson(authenticated.body)
  if (json === undefined) return refuse('InvalidRequest', 'The body must be JSON in UTF-8')
  const { route, ...named } = match
  const { caller } = permitted
  return route.handle({ request, env, ...named, query: parameters, body: json, caller, now })
}

function authRequest(request: Request, raw: RawBody, now: number): AuthRequest {
  const { method, url, headers } = request
  return {
    method,
    url,
    headers,
    body: new Response(raw.bytes).body,
    bodyHash: raw.sha256,
    clientAcceptEncoding: acceptEncodingOf(request),
    now,
  }
}

function accessOf(
  { request, now }: AdminExchange,
  env: Env,
  { authenticated, parameters }: { authenticated: Authenticated; parameters: URLSearchParams },
): Access {
  const facts = requestFacts({
    request,
    authenticated,
    headers: request.headers,
    query: parameters,
    clientIpHeader: env.EDGESHARD_CLIENT_IP_HEADER ?? null,
    region: env.EDGESHARD_REGION ?? 'us-east-1',
    now,
  })
  return new Access(facts, accessSources(env))
}

/**
 * The deployment's root account administers: its root identity, and whoever of it its policies allow `admin:<Operation>`.
 * In other accounts such a permission is worth nothing. Routes for accounts are let through for their handler to judge.
 */
async function permit(
  identity: Identity,
  match: RouteMatch,
  access: Access,
): Promise<{ caller: AdminCaller } | { refusal: AdminAnswer }> {
  if (identity.kind === 'anonymous') return { refusal: notForThem }
  const { isRoot } = identity
  if (match.outcome !== 'found') {
    return isRoot ? { caller: { identity, access, isAdministrator: false } } : { refusal: notForThem }
  }
  const { operationId, isForAccounts = false } = match.route
  const permission = { action: `admin:${operationId.charAt(0).toUpperCase()}${operationId.slice(1)}`, resource: '*' }
  if (isForAccounts) {
    return { caller: { identity, access, isAdministrator: isRoot && (await access.allows(null, [permission])) } }
  }
  if (!isRoot) return { refusal: notForThem }
  const verdict = await access.decide(null, [permission])
  if (verdict.allowed) return { caller: { identity, access, isAdministrator: true } }
  return { refusal: refuse('AccessDenied', denialSentence(verdict, identity.principal.arn, permission)) }
}

const notForThem = refuse('AccessDenied', 'Only the root account may use the admin API')

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
