// The order of checks that turns a request into an identity and a body that can be trusted once it verifies.
import { splitUrl } from '../http/raw-url.ts'
import { clockSkewSecondsMax } from '../limits.ts'
import { authenticateForm } from './authenticate-form.ts'
import { authenticationParameters, parseClaim } from './credential.ts'
import { parsePayload } from './payload.ts'
import { refuse } from './refusal-error.ts'
import { RequestBody } from './request-body.ts'
import { defaultSettings } from './settings.ts'
import { verifySignature, verifySignatureV2 } from './verify-claim.ts'
import type { RawUrl } from '../http/raw-url.ts'
import type { SignedClaim } from './credential.ts'
import type { ClaimV2 } from './credential-v2.ts'
import type { VerifiedBody } from './body.ts'
import type { AccessKey, Identity, KeyLookup } from './identity.ts'
import type { Payload } from './payload.ts'
import type { PostForm } from './post-form.ts'
import type { Refusal } from './refusal.ts'
import type { AuthSettings } from './settings.ts'
import type { Asked } from './verify-claim.ts'

export interface AuthRequest {
  method: string
  /** As the runtime gives it: `URL` would resolve dot segments that the client signed. */
  url: string
  headers: Headers
  body: ReadableStream<Uint8Array> | null
  /** What the client sent as Accept-Encoding, where the edge replaces it (`request.cf.clientAcceptEncoding`). */
  clientAcceptEncoding: string | null
  /** Milliseconds since 1970. */
  now: number
  /**
   * Hex SHA-256 of a body that was read already: what a client that sends no x-amz-content-sha256 signed (curl, and
   * every service but S3). https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
   */
  bodyHash?: string
  /** Services a credential scope may name. Default: `s3`. */
  services?: readonly string[]
  /** The bucket that the host names; null or missing for path style. Signature Version 2 signs it. */
  hostBucket?: string | null
  /** The bucket a form is posted to: the body is one, and its fields say who it is from. Null or missing otherwise. */
  formBucket?: string | null
}

export interface Authenticated {
  identity: Identity
  /** How the request was signed; null for an anonymous one. */
  signature: SignatureFacts | null
  body: RequestedBody
  /** The fields of a form, whose file is the body. */
  form?: PostForm
}

/** What policies may ask about a signature: `s3:authType`, `s3:signatureversion`, `s3:signatureAge`. */
export interface SignatureFacts {
  authType: 'REST-HEADER' | 'REST-QUERY-STRING' | 'POST'
  version: 'AWS' | 'AWS4-HMAC-SHA256' | 'AWS4-ECDSA-P256-SHA256'
  /** Milliseconds since the request was signed, negative when the client's clock is ahead; null where nobody knows. */
  ageMilliseconds: number | null
}

/** A body that can be read to its end without being wanted. */
export interface RequestedBody extends VerifiedBody {
  /** Reads and drops what is left, within these bounds. Never throws. */
  drain(limitBytes: number, limitMilliseconds: number): Promise<void>
}

/** Who asks, and the body. Throws S3Error for every claim that does not hold; a request without one is anonymous. */
export async function authenticate(
  request: AuthRequest,
  lookup: KeyLookup,
  settings: AuthSettings = defaultSettings,
): Promise<Authenticated> {
  const target = splitUrl(request.url)
  const { signatureV2, onlyRegion } = settings
  const options = { services: request.services ?? ['s3'], signatureV2, onlyRegion }
  const found = parseClaim(request.headers, target.query, options)
  if (found.kind === 'refused') return refuse(found.refusal)
  const { formBucket = null } = request
  if (formBucket !== null) {
    // A form has its signature among its fields.
    if (found.kind !== 'anonymous') return refuse({ reason: 'several-mechanisms' })
    return authenticateForm({ ...request, bucket: formBucket }, lookup, options)
  }
  switch (found.kind) {
    case 'signed':
      return authenticateSigned(withBodyHash(found.claim, request.bodyHash), { request, target, lookup, settings })
    case 'signed-v2':
      return authenticateSignedV2(found.claim, { request, target, lookup, settings })
    case 'anonymous':
      return {
        identity: { kind: 'anonymous' },
        signature: null,
        body: unsignedBody(request, target.query, noParameters),
      }
  }
}

interface Attempt {
  request: AuthRequest
  target: RawUrl
  lookup: KeyLookup
  settings: AuthSettings
}

function withBodyHash(claim: SignedClaim, bodyHash: string | undefined): SignedClaim {
  if (bodyHash === undefined || claim.payloadHash !== null) return claim
  // S3 alone presigns without a payload; a URL for STS is signed for its body, even an empty one.
  if (claim.place === 'query' && claim.scope.service === 's3') return claim
  return { ...claim, payloadHash: bodyHash }
}

async function authenticateSigned(claim: SignedClaim, attempt: Attempt): Promise<Authenticated> {
  const { request, target, lookup } = attempt
  // 1. What the claim says, without knowing its key.
  const payload = claimedPayload(claim)
  if ('reason' in payload) return refuse(payload)
  const unsigned = headersNotSigned(request.headers, claim)
  if (unsigned.length > 0) return refuse({ reason: 'headers-not-signed', names: unsigned })

  // 2. Whose it is, and whether it is of now.
  const accessKey = await usableKey(claim, lookup)
  const untimely = checkTime(claim, request.now)
  if (untimely !== null) return refuse(untimely)

  // 3. Whether it is true.
  const { verifier, canonicalRequest } = await verifySignature(claim, asked(attempt, accessKey))

  // 4. The body, chained to the signature where its chunks are signed.
  const { timestamp, scopeText: scope, signature: seed, accessKeyId } = claim
  const body = new RequestBody(request.body, {
    method: request.method,
    headers: request.headers,
    payload,
    signing:
      payload.kind === 'chunked' && payload.algorithm !== null
        ? { verifier, timestamp, scope, seed: seed.toLowerCase(), accessKeyId, canonicalRequest }
        : null,
    hoisted: claim.place === 'query' ? authenticationParameters(target.query) : noParameters,
    checksumsDescribeBody: checksumsDescribeBody(request.method, target.query),
  })
  return {
    identity: accessKey.identity,
    signature: {
      authType: claim.place === 'query' ? 'REST-QUERY-STRING' : 'REST-HEADER',
      version: claim.algorithm,
      ageMilliseconds: request.now - claim.time,
    },
    body,
  }
}

/** Signature Version 2 says nothing of the body; a hash of it may be among the headers that are signed. */
async function authenticateSignedV2(claim: ClaimV2, attempt: Attempt): Promise<Authenticated> {
  const { request, target, lookup } = attempt
  const accessKey = await usableKey(claim, lookup)
  const untimely = checkTimeV2(claim, request.now)
  if (untimely !== null) return refuse(untimely)
  await verifySignatureV2(claim, asked(attempt, accessKey))
  return {
    identity: accessKey.identity,
    signature: {
      authType: claim.place === 'query' ? 'REST-QUERY-STRING' : 'REST-HEADER',
      version: 'AWS',
      // A presigned URL says when it ends, and not when it began.
      ageMilliseconds: claim.place === 'query' ? null : request.now - claim.time,
    },
    body: unsignedBody(request, target.query, claim.hoisted),
  }
}

function asked({ request, target, settings }: Attempt, accessKey: AccessKey): Asked {
  return { request: { hostBucket: null, ...request }, target, accessKey, settings }
}

async function usableKey(
  claim: Pick<SignedClaim, 'accessKeyId' | 'securityToken'>,
  lookup: KeyLookup,
): Promise<AccessKey> {
  const accessKey = await lookup(claim.accessKeyId, claim.securityToken)
  if (accessKey === 'token-invalid' || accessKey === 'token-expired') return refuse({ reason: accessKey })
  if (accessKey === null || accessKey.disabled) {
    return refuse({ reason: 'access-key-unknown', accessKeyId: claim.accessKeyId })
  }
  return accessKey
}

const noParameters: ReadonlyMap<string, string> = new Map()

/** A body that no signature vouches for; it may still be checked against a hash. `hoisted` as in BodyDescription. */
function unsignedBody(request: AuthRequest, query: string, hoisted: ReadonlyMap<string, string>): RequestBody {
  const payload = parsePayload(request.headers.get('x-amz-content-sha256') ?? 'UNSIGNED-PAYLOAD')
  if ('reason' in payload) return refuse(payload)
  if (payload.kind === 'chunked' && payload.algorithm !== null) return refuse({ reason: 'payload-signed-by-nobody' })
  return new RequestBody(request.body, {
    method: request.method,
    headers: request.headers,
    payload,
    signing: null,
    hoisted,
    checksumsDescribeBody: checksumsDescribeBody(request.method, query),
  })
}

// CompleteMultipartUpload sends the checksum of the object it completes beside an XML body.
function checksumsDescribeBody(method: string, query: string): boolean {
  return !(method === 'POST' && /(?:^|&)uploadId=/.test(query))
}

// A presigned URL is made before there is a body; the Authorization header must vouch for one.
function claimedPayload({ payloadHash, place, algorithm }: SignedClaim): Payload | Refusal {
  if (payloadHash === null) return place === 'query' ? { kind: 'unsigned' } : { reason: 'payload-missing' }
  const payload = parsePayload(payloadHash)
  // Chunks are signed as the request is.
  const isOther = 'kind' in payload && payload.kind === 'chunked' && (payload.algorithm ?? algorithm) !== algorithm
  return isOther ? { reason: 'payload-of-another-algorithm', value: payloadHash, algorithm } : payload
}

// `host` and every x-amz-* header must be signed.
function headersNotSigned(headers: Headers, claim: SignedClaim): string[] {
  const missing = claim.signedHeaders.includes('host') ? [] : ['host']
  for (const name of headers.keys()) {
    if (name.startsWith('x-amz-') && !claim.signedHeaders.includes(name)) missing.push(name)
  }
  return missing
}

function checkTime(claim: SignedClaim, now: number): Refusal | null {
  const { time, timestamp, expiresSeconds } = claim
  const skew = clockSkewSecondsMax * 1000
  if (expiresSeconds === null) {
    return Math.abs(now - time) > skew ? { reason: 'skewed', timestamp, time, now } : null
  }
  const expires = time + expiresSeconds * 1000
  if (now > expires || expiresSeconds === 0) return { reason: 'expired', expiresSeconds, expires, now }
  return time - now > skew ? { reason: 'not-yet-valid', time, expires, now } : null
}

function checkTimeV2({ place, time, date }: ClaimV2, now: number): Refusal | null {
  if (place === 'query') return now > time ? { reason: 'expired-v2', expires: time, now } : null
  const isSkewed = Math.abs(now - time) > clockSkewSecondsMax * 1000
  return isSkewed ? { reason: 'skewed', timestamp: date || new Date(time).toUTCString(), time, now } : null
}
