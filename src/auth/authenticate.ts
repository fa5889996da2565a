// The order of checks that turns a request into an identity and a body that can be trusted once it verifies.
import { splitUrl } from '../http/raw-url.ts'
import { clockSkewSecondsMax } from '../limits.ts'
import { authenticationParameters, parseClaim } from './credential.ts'
import { parsePayload } from './payload.ts'
import { refuse } from './refusal-error.ts'
import { RequestBody } from './request-body.ts'
import { canonicalRequests } from './request-forms.ts'
import { scopeOf, signatureMatches, stringToSign } from './sigv4.ts'
import { SigningKeys } from './signing-keys.ts'
import type { RawUrl } from '../http/raw-url.ts'
import type { SignedClaim } from './credential.ts'
import type { VerifiedBody } from './body.ts'
import type { Identity, KeyLookup } from './identity.ts'
import type { Payload } from './payload.ts'
import type { Refusal } from './refusal.ts'

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
}

export interface Authenticated {
  identity: Identity
  /** How the request was signed; null for an anonymous one. */
  signature: SignatureFacts | null
  body: RequestedBody
}

/** What policies may ask about a signature: `s3:authType`, `s3:signatureversion`, `s3:signatureAge`. */
export interface SignatureFacts {
  authType: 'REST-HEADER' | 'REST-QUERY-STRING' | 'POST'
  version: 'AWS' | 'AWS4-HMAC-SHA256' | 'AWS4-ECDSA-P256-SHA256'
  /** Milliseconds since the request was signed; negative when the client's clock is ahead. */
  ageMilliseconds: number
}

/** A body that can be read to its end without being wanted. */
export interface RequestedBody extends VerifiedBody {
  /** Reads and drops what is left, within these bounds. Never throws. */
  drain(limitBytes: number, limitMilliseconds: number): Promise<void>
}

// Shared by all requests of the isolate.
const isolateKeys = new SigningKeys()

/** Who asks, and the body. Throws S3Error for every claim that does not hold; a request without one is anonymous. */
export async function authenticate(request: AuthRequest, lookup: KeyLookup): Promise<Authenticated> {
  const target = splitUrl(request.url)
  const found = parseClaim(request.headers, target.query, request.services)
  if (found.kind === 'refused') return refuse(found.refusal)
  if (found.kind === 'signed') {
    return authenticateSigned(request, target, withBodyHash(found.claim, request.bodyHash), lookup)
  }
  return { identity: { kind: 'anonymous' }, signature: null, body: anonymousBody(request, target.query) }
}

function withBodyHash(claim: SignedClaim, bodyHash: string | undefined): SignedClaim {
  if (bodyHash === undefined || claim.payloadHash !== null) return claim
  // S3 alone presigns without a payload; a URL for STS is signed for its body, even an empty one.
  if (claim.place === 'query' && claim.scope.service === 's3') return claim
  return { ...claim, payloadHash: bodyHash }
}

async function authenticateSigned(
  request: AuthRequest,
  target: RawUrl,
  claim: SignedClaim,
  lookup: KeyLookup,
): Promise<Authenticated> {
  // 1. What the claim says, without knowing its key.
  const payload = claimedPayload(claim)
  if ('reason' in payload) return refuse(payload)
  const unsigned = headersNotSigned(request.headers, claim)
  if (unsigned.length > 0) return refuse({ reason: 'headers-not-signed', names: unsigned })

  // 2. Whose it is, and whether it is of now.
  const accessKey = await lookup(claim.accessKeyId, claim.securityToken)
  if (accessKey === 'token-invalid' || accessKey === 'token-expired') return refuse({ reason: accessKey })
  if (accessKey === null || accessKey.disabled) {
    return refuse({ reason: 'access-key-unknown', accessKeyId: claim.accessKeyId })
  }
  const untimely = checkTime(claim, request.now)
  if (untimely !== null) return refuse(untimely)

  // 3. Whether it is true.
  const key = await isolateKeys.get(claim.accessKeyId, accessKey.secret, claim.scope)
  const canonicalRequest = await verifySignature(request, target, claim, key)

  // 4. The body, chained to the signature where its chunks are signed.
  const { timestamp, signature: seed, accessKeyId } = claim
  const scope = scopeOf(claim.scope)
  const body = new RequestBody(request.body, {
    method: request.method,
    headers: request.headers,
    payload,
    signing:
      payload.kind === 'chunked' && payload.signed
        ? { key, timestamp, scope, seed: seed.toLowerCase(), accessKeyId, canonicalRequest }
        : null,
    hoisted: claim.place === 'query' ? authenticationParameters(target.query) : noParameters,
    checksumsDescribeBody: checksumsDescribeBody(request.method, target.query),
  })
  return {
    identity: accessKey.identity,
    signature: {
      authType: claim.place === 'query' ? 'REST-QUERY-STRING' : 'REST-HEADER',
      version: 'AWS4-HMAC-SHA256',
      ageMilliseconds: request.now - claim.time,
    },
    body,
  }
}

const noParameters: ReadonlyMap<string, string> = new Map()

function anonymousBody(request: AuthRequest, query: string): RequestBody {
  const payload = parsePayload(request.headers.get('x-amz-content-sha256') ?? 'UNSIGNED-PAYLOAD')
  if ('reason' in payload) return refuse(payload)
  if (payload.kind === 'chunked' && payload.signed) return refuse({ reason: 'payload-signed-by-nobody' })
  return new RequestBody(request.body, {
    method: request.method,
    headers: request.headers,
    payload,
    signing: null,
    hoisted: noParameters,
    checksumsDescribeBody: checksumsDescribeBody(request.method, query),
  })
}

// CompleteMultipartUpload sends the checksum of the object it completes beside an XML body.
function checksumsDescribeBody(method: string, query: string): boolean {
  return !(method === 'POST' && /(?:^|&)uploadId=/.test(query))
}

// A presigned URL is made before there is a body; the Authorization header must vouch for one.
function claimedPayload(claim: SignedClaim): Payload | Refusal {
  if (claim.payloadHash !== null) return parsePayload(claim.payloadHash)
  return claim.place === 'query' ? { kind: 'unsigned' } : { reason: 'payload-missing' }
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
    return Math.abs(now - time) > skew ? { reason: 'skewed', timestamp, now } : null
  }
  const expires = time + expiresSeconds * 1000
  if (now > expires || expiresSeconds === 0) return { reason: 'expired', expiresSeconds, expires, now }
  return time - now > skew ? { reason: 'not-yet-valid', time, expires, now } : null
}

// Returns the canonical request that the signature is of.
async function verifySignature(
  request: AuthRequest,
  target: RawUrl,
  claim: SignedClaim,
  key: CryptoKey,
): Promise<string> {
  const scope = scopeOf(claim.scope)
  let first: { canonicalRequest: string; toSign: string } | null = null
  for (const canonicalRequest of canonicalRequests(request, target, claim)) {
    const toSign = await stringToSign(claim.timestamp, scope, canonicalRequest)
    if (await signatureMatches(key, toSign, claim.signature)) return canonicalRequest
    first ??= { canonicalRequest, toSign }
  }
  const evidence = {
    accessKeyId: claim.accessKeyId,
    provided: claim.signature,
    stringToSign: first?.toSign ?? '',
    canonicalRequest: first?.canonicalRequest ?? '',
  }
  return refuse({ reason: 'signature-wrong', evidence })
}
