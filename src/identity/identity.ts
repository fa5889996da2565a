// IAM and STS over AWS's Query protocol: `POST /` with `Action=…`, signed for `iam` or `sts`. The same steps as S3's
// pipeline: authenticate → match → parse → permissions → authorise → handle → respond.
import { authenticate, type Authenticated } from '../auth/authenticate.ts'
import { BodySource } from '../auth/body-source.ts'
import { credentialRegion } from '../auth/credential-region.ts'
import type { Identity } from '../auth/identity.ts'
import { authSettings } from '../auth/settings.ts'
import type { Env } from '../env.ts'
import { S3Error } from '../errors.ts'
import { decisionHeader, decisionHeaderName } from '../explain/decision-header.ts'
import { splitUrl } from '../http/raw-url.ts'
import { digestOnce } from '../kernels/digest.ts'
import { drainBytesMax, drainMillisecondsMax, queryBodyBytesMax } from '../limits.ts'
import { describeError, logFault } from '../log.ts'
import { keyLookup } from '../store/tables/access-keys.ts'
import { noteUse } from '../store/tables/last-uses.ts'
import { ACTIONS } from './actions.ts'
import { auditQuery } from './audit-query.ts'
import { decisions } from './authorise-action.ts'
import { QueryParameters } from './parameters.ts'
import { begin, record, type QueryExchange } from './query-exchange.ts'
import { QueryError, type QueryErrorCode } from './query-error.ts'
import { respondError, respondResult, type QueryAnswer } from './respond.ts'
import { checkSession } from './session-limits.ts'
import type { AuditTrail } from '../audit/audit-trail.ts'
import type { Action, Caller, Service } from './action.ts'

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

/** What answering needs beside the request. */
export interface QueryService {
  env: Env
  audit: AuditTrail
  waitUntil: (work: Promise<unknown>) => void
  /** The log is one file: lines may be written several at once. */
  gatherLog: boolean
}

/** Answers a request of the Query protocol. Never rejects. */
export async function handleQuery(request: Request, service: QueryService): Promise<Response> {
  const exchange = begin(request)
  let answer: QueryAnswer
  try {
    const action = await run(service, exchange)
    answer = respondResult(action, exchange.result, exchange.requestId)
  } catch (error) {
    exchange.error = asQueryError(error, exchange)
    answer = respondError(exchange.error, exchange.action?.service ?? 'iam', exchange.requestId)
  }
  const { identity, signature, access, error } = exchange
  const text = await decisionHeader({
    headers: request.headers,
    identity,
    signature,
    access,
    hasFailed: error !== null,
  })
  if (text !== null) answer.response.headers.set(decisionHeaderName, text)
  exchange.sent = answer.bytes
  record(answer.response.status, exchange, service.gatherLog ? service.waitUntil : null)
  auditQuery(exchange, answer.response.status, service.audit)
  return answer.response
}

async function run({ env, waitUntil }: QueryService, exchange: QueryExchange): Promise<Action> {
  const { request, now, requestId } = exchange
  // 1. What is asked? Read whole before the signature is checked: it is small, and its hash is signed.
  const body = await readBody(request.body)
  exchange.received = body.bytes.length
  const parameters = new QueryParameters([body.text, splitUrl(request.url).query].join('&'))
  exchange.parameters = parameters
  const action = findAction(parameters)
  exchange.action = action
  // 2. Who is it?
  const authenticated = action.anonymous ? null : await identify(request, body, { env, now })
  exchange.identity = authenticated?.identity ?? null
  exchange.signature = authenticated?.signature ?? null
  const caller = authenticated === null ? null : signed(authenticated.identity)
  if (caller !== null) {
    noteUse(env, caller, { time: now, describe: () => describeUse(request, action.service, env) }, waitUntil)
    checkSession(action, caller)
  }
  // 3. May they, and do it.
  const bound = action.bind(parameters, caller)
  const { access, authorise, mayAssume } = decisions({ env, request, parameters, authenticated, now })
  exchange.access = access
  await authorise(bound.permissions)
  exchange.result = await bound.run({ env, caller, requestId, now, authorise, mayAssume })
  return action
}

function describeUse({ headers, url }: Request, service: Service, env: Env): { service: Service; region: string } {
  return { service, region: credentialRegion(headers, url) ?? env.EDGESHARD_REGION ?? 'us-east-1' }
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
      body: new Blob([bytes]).stream(),
      bodyHash: sha256,
      clientAcceptEncoding: null,
      now,
      services: ['iam', 'sts', 's3'],
    },
    keyLookup(env),
    // IAM and STS have no Signature Version 2 of S3's kind.
    { ...authSettings(env), signatureV2: false },
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
function asQueryError(error: unknown, { requestId: id, action }: QueryExchange): QueryError {
  if (error instanceof QueryError) return error
  if (error instanceof S3Error && error.status < 500) return signatureError(error)
  logFault('Query request failed', { requestId: id, operation: action?.name ?? null, ...describeError(error) })
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
