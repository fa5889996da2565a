// IAM and STS over AWS's Query protocol: `POST /` with `Action=…`, signed for `iam` or `sts`. The same steps as S3's
// pipeline: authenticate → match → parse → permissions → authorise → handle → respond.
import { authenticate, type Authenticated } from '../auth/authenticate.ts'
import { BodySource } from '../auth/body-source.ts'
import type { Identity } from '../auth/identity.ts'
import type { Env } from '../env.ts'
import { S3Error } from '../errors.ts'
import { splitUrl } from '../http/raw-url.ts'
import { digestOnce } from '../kernels/digest.ts'
import { drainBytesMax, drainMillisecondsMax, queryBodyBytesMax } from '../limits.ts'
import { describeError, logFault } from '../log.ts'
import { keyLookup } from '../store/tables/access-keys.ts'
import { ACTIONS } from './actions.ts'
import { decisions } from './authorise-action.ts'
import { auditQuery } from './audit-query.ts'
import { QueryParameters } from './parameters.ts'
import { QueryError, type QueryErrorCode } from './query-error.ts'
import { beginQuery, type QueryExchange } from './query-exchange.ts'
import { respondError, respondResult } from './respond.ts'
import { checkSession } from './session-limits.ts'
import type { AuditTrail } from '../audit/audit-trail.ts'
import type { Action, ActionContext, Caller } from './action.ts'

const hexOctets = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'))

/** Whether a request to the service's own host speaks the Query protocol. */
export function isQueryRequest(request: Request): boolean {
  const { path, query } = splitUrl(request.url)
  if (path !== '/') return false
  if (request.method === 'POST') {
    const type = request.headers.get('content-type') ?? ''
    if (type.toLowerCase().startsWith('application/x-www-form-urlencoded')) return true
  }
  // Parameters may be in the URL as well, of either: presigned requests, and some clients of MinIO.
  return /^(?:GET|POST)$/.test(request.method) && /(?:^|&)Action=/.test(query)
}

/** Answers a request of the Query protocol. Never rejects. */
export async function handleQuery(request: Request, env: Env, audit: AuditTrail): Promise<Response> {
  const exchange = beginQuery(request)
  const { requestId: id } = exchange
  let response: Response
  try {
    response = await run(exchange, env)
  } catch (error) {
    exchange.error = asQueryError(error, id)
    response = respondError(exchange.error, exchange.action?.service ?? 'iam', id)
  }
  auditQuery(exchange, response.status, audit)
  return response
}

async function run(exchange: QueryExchange, env: Env): Promise<Response> {
  const { request, requestId: id, now } = exchange
  // 1. What is asked? Read whole before the signature is checked: it is small, and its hash is signed.
  const body = await readBody(request.body)
  const parameters = new QueryParameters([body.text, splitUrl(request.url).query].join('&'))
  exchange.parameters = parameters
  const action = findAction(parameters)
  exchange.action = action
  // 2. Who is it?
  const authenticated = action.anonymous ? null : await identify(request, body, { env, now })
  exchange.authenticated = authenticated
  const caller = authenticated === null ? null : signed(authenticated.identity)
  if (caller !== null) checkSession(action, caller)
  // 3. May they, and do it.
  const bound = action.bind(parameters, caller)
  const { access, authorise, mayAssume } = decisions({ env, request, parameters, authenticated, now })
  exchange.access = access
  const context: ActionContext = { env, caller, requestId: id, now, authorise, mayAssume }
  await authorise(bound.permissions)
  exchange.result = await bound.run(context)
  return respondResult(action, exchange.result, id)
}

function findAction(parameters: QueryParameters): Action {
  const name = parameters.optional('Action')
  if (name === null || name === '') {
    throw new QueryError('MissingAction', 'Missing Action')
  }
  const action = ACTIONS.get(name)
  if (action === undefined) {
    throw new QueryError(
      'InvalidAction',
      `Could not find operation ${name} for version ${parameters.optional('Version') ?? 'NO_VERSION_SPECIFIED'}`,
    )
  }
  return action
}

interface ReadBody {
  bytes: Uint8Array
  text: string
  /** Hex. */
  sha256: string
}

async function readBody(stream: ReadableStream<Uint8Array> | null): Promise<ReadBody> {
  const source = new BodySource(stream)
  const bytes = (await source.read(queryBodyBytesMax + 1)) ?? new Uint8Array(0)
  if (bytes.length > queryBodyBytesMax) {
    await source.drain(drainBytesMax, drainMillisecondsMax)
    throw new QueryError('ValidationError', `A request has at most ${queryBodyBytesMax} bytes`)
  }
  let sha256 = ''
  for (const octet of await digestOnce('SHA256', bytes)) sha256 += hexOctets[octet]
  return { bytes, text: new TextDecoder().decode(bytes), sha256 }
}

async function identify(
  { method, url, headers }: Request,
  { bytes, sha256 }: ReadBody,
  { env, now }: { env: Env; now: number },
): Promise<Authenticated> {
  const authenticated = await authenticate(
    {
      method,
      url,
      headers,
      body: new Response(bytes.slice()).body,
      bodyHash: sha256,
      clientAcceptEncoding: null,
      now,
      services: ['iam', 'sts', 's3'],
    },
    keyLookup(env),
  )
  await authenticated.body.read(queryBodyBytesMax)
  await authenticated.body.verify()
  return authenticated
}

function signed(identity: Identity): Caller {
  if (identity.kind === 'anonymous') {
    throw new QueryError('MissingAuthenticationToken', 'Request is missing Authentication Token')
  }
  return identity
}

/** Whatever was thrown, as an answer. */
function asQueryError(error: unknown, id: string): QueryError {
  if (error instanceof QueryError) return error
  if (error instanceof S3Error && error.status < 500) return signatureError(error)
  logFault('IAM request failed', { requestId: id, ...describeError(error) })
  return new QueryError('InternalFailure', 'The request processing has failed because of an unknown error.')
}

const invalidToken = ['InvalidClientTokenId', 'The security token included in the request is invalid.'] as const

/** S3's refusals of a signature by the names that IAM and STS have for them; null: S3's message as it is. */
const signatureErrors = new Map<string, readonly [code: QueryErrorCode, message: string | null]>([
  ['AccessDenied', ['AccessDenied', null]],
  ['ExpiredToken', ['ExpiredToken', 'The security token included in the request is expired']],
  ['InvalidAccessKeyId', invalidToken],
  ['InvalidToken', invalidToken],
  ['RequestTimeTooSkewed', ['SignatureDoesNotMatch', null]],
  ['SignatureDoesNotMatch', ['SignatureDoesNotMatch', null]],
])

function signatureError(error: S3Error): QueryError {
  const [code, message] = signatureErrors.get(error.code) ?? ['IncompleteSignature', null]
  return new QueryError(code, message ?? error.message, error.reason)
}
