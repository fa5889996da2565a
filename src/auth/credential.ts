// Who a request claims to be: the Authorization header or the presigned query as one claim, or why not. Pure.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
import { presignedSecondsMax } from '../limits.ts'
import { parseAuthorizationV2, parsePresignedV2 } from './credential-v2.ts'
import { asymmetricAlgorithm, regionSetHolds } from './sigv4a.ts'
import { scopeOf } from './sigv4.ts'
import { parseBasicDate, parseDate } from './timestamp.ts'
import { hmacAlgorithm } from './verifier.ts'
import type { ClaimV2 } from './credential-v2.ts'
import type { CredentialScope } from './sigv4.ts'
import type { CredentialProblem, Refusal } from './refusal.ts'

export type Algorithm = typeof hmacAlgorithm | typeof asymmetricAlgorithm

/** Everything a signature says about itself; nothing of it is checked yet. */
export interface SignedClaim {
  place: 'header' | 'query'
  algorithm: Algorithm
  accessKeyId: string
  /** The region is empty in Signature Version 4A. */
  scope: CredentialScope
  /** As it is signed: `20130524/us-east-1/s3/aws4_request`. */
  scopeText: string
  /** Lower case, in the client's order. */
  signedHeaders: readonly string[]
  /** Hex, as the client wrote it. */
  signature: string
  /** yyyyMMdd'T'HHmmss'Z'. */
  timestamp: string
  /** The same in milliseconds since 1970. */
  time: number
  /** How long a presigned URL lives; null for header authentication. */
  expiresSeconds: number | null
  securityToken: string | null
  /** x-amz-content-sha256 as given; null for none. */
  payloadHash: string | null
}

export type Claim =
  | { kind: 'anonymous' }
  | { kind: 'signed'; claim: SignedClaim }
  | { kind: 'signed-v2'; claim: ClaimV2 }
  | { kind: 'refused'; refusal: Refusal }

export interface ClaimOptions {
  /** Services a credential scope may name. */
  services: readonly string[]
  /** Signature Version 2 counts. */
  signatureV2: boolean
  /** The only region an `s3` scope may name; null for any. */
  onlyRegion: string | null
}

export const anyClaim: ClaimOptions = { services: ['s3'], signatureV2: true, onlyRegion: null }

/** Reads the claim of a request. `rawQuery` is without the question mark. */
export function parseClaim(headers: Headers, rawQuery: string, options: ClaimOptions = anyClaim): Claim {
  const query = authenticationParameters(rawQuery)
  const authorization = headers.get('authorization') ?? ''
  if (authorization !== '') {
    // Query parameters that claim something as well: which one counts must not be guessed.
    if (query.has('x-amz-algorithm') || query.has('signature')) return refused({ reason: 'several-mechanisms' })
    return parseAuthorization(authorization, headers, options)
  }
  if (query.has('x-amz-algorithm') || query.has('x-amz-credential') || query.has('x-amz-signature')) {
    return parsePresigned(query, headers, options)
  }
  if (query.has('awsaccesskeyid') || query.has('signature')) {
    return options.signatureV2 ? claimed(parsePresignedV2(query, headers)) : refused({ reason: 'signature-version-2' })
  }
  return { kind: 'anonymous' }
}

/** Query parameters by lower-case name, decoded, first value of each; empty when nothing claims an identity. */
export function authenticationParameters(rawQuery: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>()
  if (!/x-amz-|signature=|awsaccesskeyid=|%/i.test(rawQuery)) return parameters
  for (const pair of rawQuery.split('&')) {
    const at = pair.indexOf('=')
    const name = decoded(at === -1 ? pair : pair.slice(0, at)).toLowerCase()
    if (!parameters.has(name)) parameters.set(name, at === -1 ? '' : decoded(pair.slice(at + 1)))
  }
  return parameters
}

function parseAuthorization(authorization: string, headers: Headers, options: ClaimOptions): Claim {
  const space = authorization.indexOf(' ')
  if (space === -1) return refused({ reason: 'authorization-without-space' })
  const scheme = authorization.slice(0, space)
  const rest = authorization.slice(space + 1)
  if (scheme === 'AWS') {
    return options.signatureV2
      ? claimed(parseAuthorizationV2(rest, headers))
      : refused({ reason: 'signature-version-2' })
  }
  if (!isAlgorithm(scheme)) return refused({ reason: 'authorization-unsupported', scheme })

  let credentialText = ''
  let signedHeaders = ''
  let signature = ''
  for (const component of rest.split(',')) {
    const text = component.trim()
    if (text.startsWith('Credential=')) credentialText = text.slice(11)
    else if (text.startsWith('SignedHeaders=')) signedHeaders = text.slice(14)
    else if (text.startsWith('Signature=')) signature = text.slice(10)
  }
  if (credentialText === '' || signedHeaders === '' || signature === '')
    return refused({ reason: 'components-missing' })
  const regionSet = headers.get('x-amz-region-set')
  const credential = parseCredential(credentialText, { algorithm: scheme, regionSet, ...options })
  if ('problem' in credential) return refused({ reason: 'credential', place: 'header', detail: credential })
  const date = parseDate(headers.get('x-amz-date') ?? headers.get('date') ?? '')
  if (date === null) return refused({ reason: 'date-missing' })
  const otherDay = checkDay(credential.scope.date, date.timestamp)
  if (otherDay !== null) return refused({ reason: 'credential', place: 'header', detail: otherDay })
  return {
    kind: 'signed',
    claim: {
      place: 'header',
      algorithm: scheme,
      ...credential,
      ...date,
      signedHeaders: signedHeaders.toLowerCase().split(';'),
      signature,
      expiresSeconds: null,
      securityToken: tokenOf(headers.get('x-amz-security-token')),
      payloadHash: headers.get('x-amz-content-sha256'),
    },
  }
}

function parsePresigned(query: ReadonlyMap<string, string>, headers: Headers, options: ClaimOptions): Claim {
  const algorithm = query.get('x-amz-algorithm') ?? ''
  const credentialText = query.get('x-amz-credential') ?? ''
  const signature = query.get('x-amz-signature') ?? ''
  const dateText = query.get('x-amz-date') ?? ''
  const signedHeaders = query.get('x-amz-signedheaders') ?? ''
  const expiresText = query.get('x-amz-expires') ?? ''
  if ([algorithm, credentialText, signature, dateText, signedHeaders, expiresText].includes('')) {
    return refused({ reason: 'parameters-missing' })
  }
  if (!isAlgorithm(algorithm)) return refused({ reason: 'algorithm-unsupported' })
  const regionSet = query.get('x-amz-region-set') ?? null
  const credential = parseCredential(credentialText, { algorithm, regionSet, ...options })
  if ('problem' in credential) return refused({ reason: 'credential', place: 'query', detail: credential })
  const date = parseBasicDate(dateText)
  if (date === null) return refused({ reason: 'parameter-date-format' })
  const otherDay = checkDay(credential.scope.date, date.timestamp)
  if (otherDay !== null) return refused({ reason: 'credential', place: 'query', detail: otherDay })
  if (!/^-?\d+$/.test(expiresText)) return refused({ reason: 'expires', problem: 'not-a-number' })
  const expiresSeconds = Number(expiresText)
  if (expiresSeconds < 0) return refused({ reason: 'expires', problem: 'negative' })
  if (expiresSeconds > presignedSecondsMax) return refused({ reason: 'expires', problem: 'too-long' })
  return {
    kind: 'signed',
    claim: {
      place: 'query',
      algorithm,
      ...credential,
      ...date,
      signedHeaders: signedHeaders.toLowerCase().split(';'),
      signature,
      expiresSeconds,
      securityToken: tokenOf(query.get('x-amz-security-token') ?? headers.get('x-amz-security-token')),
      payloadHash: headers.get('x-amz-content-sha256') ?? query.get('x-amz-content-sha256') ?? null,
    },
  }
}

export function isAlgorithm(name: string): name is Algorithm {
  return name === hmacAlgorithm || name === asymmetricAlgorithm
}

export type Credential = Pick<SignedClaim, 'accessKeyId' | 'scope' | 'scopeText'>

export interface CredentialTerms {
  algorithm: Algorithm
  /** X-Amz-Region-Set, for Signature Version 4A; null for none. */
  regionSet: string | null
  services: readonly string[]
  onlyRegion: string | null
}

/**
 * `<access key>/<date>/<region>/<service>/aws4_request`, where Signature Version 4A has no region but a set of them beside
 * it. Any region will do, the empty one too, unless only one may be named.
 */
export function parseCredential(text: string, terms: CredentialTerms): Credential | CredentialProblem {
  const isAsymmetric = terms.algorithm === asymmetricAlgorithm
  const parts = text.split('/')
  const scopeParts = parts.slice(isAsymmetric ? -3 : -4)
  if (isAsymmetric) scopeParts.splice(1, 0, '')
  const [date, region, service, terminal] = scopeParts
  const accessKeyId = parts.slice(0, isAsymmetric ? -3 : -4).join('/')
  if (accessKeyId === '' || date === undefined || region === undefined) return { problem: 'malformed', found: text }
  if (service === undefined || terminal === undefined) return { problem: 'malformed', found: text }
  if (!/^\d{8}$/.test(date)) return { problem: 'date-format', found: date }
  if (!terms.services.includes(service)) return { problem: 'service', found: service }
  if (terminal !== 'aws4_request') return { problem: 'terminal', found: terminal }
  const otherRegion = checkRegion(service, isAsymmetric ? terms.regionSet : region, terms)
  if (otherRegion !== null) return otherRegion
  const scope = { date, region, service }
  return { accessKeyId, scope, scopeText: isAsymmetric ? `${date}/${service}/aws4_request` : scopeOf(scope) }
}

/** IAM and STS are signed for us-east-1 by their clients, wherever they are. */
function checkRegion(service: string, found: string | null, terms: CredentialTerms): CredentialProblem | null {
  if (found === null || (terms.algorithm === asymmetricAlgorithm && found.trim() === '')) {
    return { problem: 'region-set-missing', found: '' }
  }
  const { onlyRegion, algorithm } = terms
  if (onlyRegion === null || service !== 's3') return null
  const isRight = algorithm === asymmetricAlgorithm ? regionSetHolds(found, onlyRegion) : found === onlyRegion
  return isRight ? null : { problem: 'region', found, expected: onlyRegion }
}

/** Null when the credential's date is the day of the request. */
export function checkDay(date: string, timestamp: string): CredentialProblem | null {
  const day = timestamp.slice(0, 8)
  return day === date ? null : { problem: 'other-day', found: date, day }
}

// Some clients send the header empty when they have no token.
function tokenOf(value: string | null): string | null {
  return value === '' ? null : value
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    // Not UTF-8 or not an escape: no parameter of ours looks like that, and the signature covers it as it is.
    return text
  }
}

function claimed(claim: ClaimV2 | Refusal): Claim {
  return 'reason' in claim ? refused(claim) : { kind: 'signed-v2', claim }
}

function refused(refusal: Refusal): Claim {
  return { kind: 'refused', refusal }
}
