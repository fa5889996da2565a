// The pipeline: address → authenticate → match → parse → permissions → authorise → handle → respond.
import type { Access, Verdict } from './access/access.ts'
import { accessDenied } from './access/denial.ts'
import { requestFacts, type RequestFacts } from './access/request-facts.ts'
import { assert } from './assert.ts'
import { auditExchange } from './audit/s3-audit.ts'
import type { AuditTrail } from './audit/audit-trail.ts'
import type { Authenticated, AuthRequest } from './auth/authenticate.ts'
import { BodySource } from './auth/body-source.ts'
import type { PostForm } from './auth/post-form.ts'
import { S3Error } from './errors.ts'
import { begin, countSent, record, type Exchange } from './exchange.ts'
import { decisionHeader, decisionHeaderName } from './explain/decision-header.ts'
import { isFormData } from './http/form-data.ts'
import type { RawUrl } from './http/raw-url.ts'
import { drainBytesMax, drainMillisecondsMax } from './limits.ts'
import { describeError, logFault } from './log.ts'
import { bucketOfHost, controlAccount, parseAddress, parseQuery, type Address } from './s3/address.ts'
import { corsHeaders, corsRequestOf } from './s3/cors.ts'
import { checkExpectedOwner } from './s3/expected-owner.ts'
import { formHeaders } from './s3/form-headers.ts'
import { withHoistedHeaders } from './s3/hoisted-headers.ts'
import { matchOperation, type OperationIndex } from './s3/match.ts'
import type { Context, Method, Operation, Query, S3Response } from './s3/operation.ts'
import { noSuchBucket } from './s3/outcomes.ts'
import { readText } from './s3/read-text.ts'
import { isCharged, isRequesterCharged, withRequestCharged } from './s3/request-payment.ts'
import { respond, respondError, type ResponseFacts } from './s3/respond.ts'
import { parseXml } from './s3/xml.ts'
import type { Bucket } from './store/buckets.ts'
import type { Store } from './store/store.ts'

/** What serving needs beside the request. */
export interface Service {
  store: Store
  operations: OperationIndex
  authenticate(request: AuthRequest): Promise<Authenticated>
  /** What the request may do. */
  access(request: RequestFacts): Access
  audit: AuditTrail
  /** The request header that names the client's address, lower case; null: the connection's own address counts. */
  clientIpHeader: string | null
  region: string
  /** EDGESHARD_SELECT_DIALECT. */
  selectDialect: Context['selectDialect']
  /** EDGESHARD_SELECT_PART_BYTES. */
  selectFanOut: Context['selectFanOut']
  /** Base domains of virtual-hosted buckets, longest first. */
  domains: readonly string[]
  waitUntil: (work: Promise<unknown>) => void
  /** The log is one file: lines may be written several at once. */
  gatherLog: boolean
}

/** Answers an S3 request. Never rejects. */
export async function serve(given: Request, service: Service): Promise<Response> {
  const exchange = begin(given)
  const { request } = exchange
  let response: Response
  try {
    const answer = await run(service, exchange)
    response = respond(answer, await responseFacts(service, exchange))
    exchange.sent = sentBytes(answer, request.method)
  } catch (error) {
    exchange.error = asS3Error(error, exchange)
    response = respondError(exchange.error, await responseFacts(service, exchange))
  }
  if (request.headers.has('x-edgeshard-explain')) await explain(exchange, response)
  await drainRest(exchange)
  record(response.status, exchange, service.gatherLog ? service.waitUntil : null)
  auditExchange(exchange, response, service.audit)
  return response
}

async function run(service: Service, exchange: Exchange): Promise<S3Response> {
  const { request, url } = exchange
  const { method } = request
  // 1. Where does it point?
  const address = parseAddress(url, service.domains, request.headers)
  const query = parseQuery(url.query)
  const headers = withHoistedHeaders(request.headers, query)
  exchange.address = address
  // 2. Who is it, and which operation? A preflight carries no signature and a form has its own among its fields, so that
  // their operation has to be known first.
  const match = (): Operation => matchOperation(service.operations, { method, level: address.level, query, headers })
  const isForm = method === 'POST' && isFormData(headers.get('content-type'))
  if (method === 'OPTIONS' || (isForm && address.level === 'bucket')) exchange.operation = match()
  const isAnonymous = exchange.operation?.anonymous ?? false
  const authenticated = isAnonymous ? unauthenticated : await service.authenticate(authRequest(service, exchange))
  exchange.authenticated = authenticated
  const operation = exchange.operation ?? match()
  exchange.operation = operation
  // 3. What exactly is asked? The fields of a form stand for headers.
  const { form } = authenticated
  const given = form === undefined ? headers : formHeaders(form, headers)
  refuseHeaders(operation, given)
  const text = operation.body === 'xml' ? await readText(authenticated.body) : ''
  if (operation.body === 'xml') exchange.isBodyRead = true
  const bound = operation.bind(operationRequest({ method, address, query, headers: given, text, form }))
  // 4. Of which bucket, and may they?
  if ('bucket' in address && !operation.bucketOptional) {
    exchange.bucket = await loadBucket(service.store, address.bucket)
    checkExpectedOwner(given, exchange.bucket, authenticated.identity)
  }
  const { clientIpHeader, region } = service
  const access = service.access(
    requestFacts({ request, authenticated, headers: given, query, clientIpHeader, region, now: exchange.now }),
  )
  exchange.access = access
  if (!operation.anonymous) {
    const { permissions } = bound
    const { bucket } = exchange
    permit(await (operation.settles ? access.decideOrDefer(bucket, permissions) : access.decide(bucket, permissions)))
  }
  const context = operationContext(service, exchange, { authenticated, access })
  const requesterPays = exchange.bucket !== null && isCharged(operation) && isRequesterCharged(given, context)
  // 5. Do it.
  const response = await bound.run(context)
  if (operation.body === 'stream') exchange.isBodyRead = true
  return requesterPays ? withRequestCharged(response) : response
}

/** Tells who may know what was decided, where the request asks for it. */
async function explain({ request, authenticated, access, error }: Exchange, response: Response): Promise<void> {
  const text = await decisionHeader({
    headers: request.headers,
    identity: authenticated?.identity ?? null,
    signature: authenticated?.signature ?? null,
    access,
    hasFailed: error !== null,
  })
  if (text !== null) response.headers.set(decisionHeaderName, text)
}

/** Who a preflight is from: nobody, with nothing in its hands. */
const unauthenticated: Authenticated = {
  identity: { kind: 'anonymous' },
  signature: null,
  body: {
    length: 0,
    algorithm: null,
    want: () => {},
    read: () => Promise.resolve(null),
    verify: () => Promise.resolve({ size: 0, md5: '', checksum: null }),
    drain: () => Promise.resolve(),
  },
}

function authRequest({ domains }: Service, { request, url, now, address, operation }: Exchange): AuthRequest {
  const { method, headers, body } = request
  const isForm = operation?.body === 'form' && address?.level === 'bucket'
  return {
    method,
    url: request.url,
    headers,
    body,
    now,
    clientAcceptEncoding: clientAcceptEncoding(request, url),
    hostBucket: bucketOfHost(url.host, domains),
    formBucket: isForm ? address.bucket : null,
  }
}

/**
 * The client's Accept-Encoding, which Cloudflare's edge replaces, where it is signed. Not looked up otherwise: `cf` is
 * parsed on first use. https://developers.cloudflare.com/fundamentals/reference/http-headers/#accept-encoding
 */
function clientAcceptEncoding(request: Request, url: RawUrl): string | null {
  const signed = request.headers.get('authorization') ?? url.query
  if (!signed.includes('accept-encoding')) return null
  const original = request.cf?.['clientAcceptEncoding']
  return typeof original === 'string' ? original : null
}

function refuseHeaders(operation: Operation, headers: Headers): void {
  for (const name of operation.refuses) {
    if (headers.has(name)) throw new S3Error('NotImplemented', { fields: { Header: name } })
  }
}

interface ReadRequest {
  method: string
  address: Address
  query: Query
  headers: Headers
  text: string
  form: PostForm | undefined
}

function operationRequest({
  method,
  address,
  query,
  headers,
  text,
  form,
}: ReadRequest): Parameters<Operation['bind']>[0] {
  const read: Parameters<Operation['bind']>[0] = {
    // The matcher knows no other methods.
    method: method as Method,
    address,
    query,
    headers,
    text,
    ...(form !== undefined && { form }),
    xml: null,
  }
  if (text === '') return read
  // Only when asked for: a bucket policy is JSON. Not written into every request: an object with a getter is slow to make.
  return Object.defineProperty(read, 'xml', { get: () => parseXml(text) })
}

async function loadBucket(store: Store, name: string): Promise<Bucket> {
  const bucket = await store.bucket(name)
  if (bucket === null) throw noSuchBucket(name)
  return bucket
}

/** Throws AccessDenied unless it is allowed; null: nothing was left to decide. */
function permit(verdict: Verdict | null): void {
  if (verdict !== null && !verdict.allowed) throw accessDenied(verdict)
}

function operationContext(
  service: Service,
  exchange: Exchange,
  { authenticated: { identity, body }, access }: { authenticated: Authenticated; access: Access },
): Context {
  return {
    store: service.store,
    identity,
    body,
    requestId: exchange.requestId,
    now: exchange.now,
    region: service.region,
    selectDialect: service.selectDialect,
    selectFanOut: service.selectFanOut,
    origin: exchange.url.origin,
    bucketUrl: bucketUrl(service, exchange),
    get bucket() {
      assert(exchange.bucket !== null, 'An operation asks for its bucket only where the pipeline loads it')
      return exchange.bucket
    },
    authorise: async (bucket, permissions) => permit(await access.decide(bucket, permissions)),
    allows: (bucket, permissions, basis) => access.allows(bucket, permissions, basis),
    async judge(bucket, permissions, again) {
      const judged = await (again === undefined
        ? access.judge(bucket, permissions)
        : access.judgeVersion(bucket, permissions))
      permit(judged.verdict)
      return judged.basis
    },
    settle: async (facts) => permit(await access.settle(facts)),
    waitUntil: (work) => service.waitUntil(work),
    countSent: (bytes) => countSent(exchange, bytes),
  }
}

function bucketUrl({ domains }: Service, { url, address }: Exchange): string {
  const isNamedByPath = address !== null && 'bucket' in address && bucketOfHost(url.host, domains) === null
  return isNamedByPath ? `${url.origin}/${address.bucket}` : url.origin
}

/** Whatever was thrown, as an answer. What is no S3Error is a fault: it is logged whole and told to nobody. */
function asS3Error(error: unknown, { requestId: id, operation }: Exchange): S3Error {
  if (error instanceof S3Error) {
    if (error.status >= 500 && error.cause !== undefined) {
      logFault(error.message, { requestId: id, code: error.code, ...describeError(error.cause) })
    }
    return error
  }
  logFault('Request failed', { requestId: id, operation: operation?.name ?? null, ...describeError(error) })
  // A Durable Object with too much to do says so. https://developers.cloudflare.com/durable-objects/best-practices/error-handling/
  const isOverloaded = error instanceof Error && 'overloaded' in error && error.overloaded === true
  return new S3Error(isOverloaded ? 'SlowDown' : 'InternalError', { cause: error })
}

async function responseFacts(service: Service, exchange: Exchange): Promise<ResponseFacts> {
  const { request, url, now } = exchange
  const cors = request.headers.has('origin') ? await corsFor(service, exchange) : null
  return {
    method: request.method,
    requestId: exchange.requestId,
    resource: url.path,
    isControl: controlAccount(url, request.headers) !== null,
    cors,
    now,
  }
}

/**
 * CORS headers by the bucket's rules, for every answer: without them a browser cannot even read an error. Never rejects,
 * as an error may be what is being answered.
 */
async function corsFor({ store }: Service, exchange: Exchange): Promise<Record<string, string> | null> {
  const { address, request } = exchange
  // A preflight's answer has its headers from its operation.
  if (request.method === 'OPTIONS' || address === null || !('bucket' in address)) return null
  try {
    const bucket = exchange.bucket ?? (await store.bucket(address.bucket))
    if (bucket === null) return null
    return corsHeaders(bucket.configs['cors'], corsRequestOf(request.method, request.headers))
  } catch (error) {
    logFault('CORS headers left out', { requestId: exchange.requestId, ...describeError(error) })
    return null
  }
}

/** Bytes of the body, as far as they are known. */
function sentBytes({ body, contentLength }: S3Response, method: string): number {
  if (method === 'HEAD') return 0
  const isSized = typeof body === 'string' || body instanceof Uint8Array
  return contentLength ?? (isSized ? body.length : 0)
}

/**
 * Reads what is left of the body, so that a refused upload sees its answer. One that still waits for `100 Continue` is
 * not asked for its body now: reading would send that, not reading makes workerd close the connection after the answer.
 */
async function drainRest({ request, isBodyRead, authenticated }: Exchange): Promise<void> {
  if (isBodyRead || request.body === null) return
  if (!request.bodyUsed && request.headers.get('expect')?.toLowerCase() === '100-continue') return
  // Without an identity nobody has begun to read.
  const source = authenticated?.body ?? new BodySource(request.body)
  await source.drain(drainBytesMax, drainMillisecondsMax)
}
