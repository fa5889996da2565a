// Who a request claims to be: the Authorization header or the presigned query as one `SignedClaim`, or why not. Pure.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
import { presignedSecondsMax } from '../limits.ts'
import type { CredentialScope } from './sigv4.ts'
import type { CredentialProblem, Place, Refusal } from './refusal.ts'

/** Everything a signature says about itself; nothing of it is checked yet. */
export interface SignedClaim {
  place: Place
  accessKeyId: string
  scope: CredentialScope
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
  | { kind: 'refused'; refusal: Refusal }

const algorithm = 'AWS4-HMAC-SHA256'

const s3Alone = ['s3']

/** Reads the claim of a request. `rawQuery` is without the question mark; `services` are those its scope may name. */
export function parseClaim(headers: Headers, rawQuery: string, services: readonly string[] = s3Alone): Claim {
  const query = authenticationParameters(rawQuery)
  const authorization = headers.get('authorization') ?? ''
  if (authorization !== '') {
    // Query parameters that claim something as well: which one counts must not be guessed.
    if (query.has('x-amz-algorithm') || query.has('signature')) return refused({ reason: 'several-mechanisms' })
    return parseAuthorization(authorization, headers, services)
  }
  if (query.has('x-amz-algorithm') || query.has('x-amz-credential') || query.has('x-amz-signature')) {
    return parsePresigned(query, headers, services)
  }
  if (query.has('awsaccesskeyid') && query.has('signature')) return refused({ reason: 'signature-version-2' })
  return { kind: 'anonymous' }
}

/** Query parameters by lower-case name, decoded, first value of each; empty when nothing claims an identity. */
export function authenticationParameters(rawQuery: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>()
  if (!/x-amz-|signature=|%/i.test(rawQuery)) return parameters
  for (const pair of rawQuery.split('&')) {
    const at = pair.indexOf('=')
    const name = decoded(at === -1 ? pair : pair.slice(0, at)).toLowerCase()
    if (!parameters.has(name)) parameters.set(name, at === -1 ? '' : decoded(pair.slice(at + 1)))
  }
  return parameters
}

function parseAuthorization(authorization: string, headers: Headers, services: readonly string[]): Claim {
  const space = authorization.indexOf(' ')
  if (space === -1) return refused({ reason: 'authorization-without-space' })
  const scheme = authorization.slice(0, space)
  if (scheme === 'AWS') return refused({ reason: 'signature-version-2' })
  if (scheme.startsWith('AWS4-ECDSA-')) return refused({ reason: 'signature-version-4a' })
  if (scheme !== algorithm) return refused({ reason: 'authorization-unsupported', scheme })

  let credentialText = ''
  let signedHeaders = ''
  let signature = ''
  for (const component of authorization.slice(space + 1).split(',')) {
    const text = component.trim()
    if (text.startsWith('Credential=')) credentialText = text.slice(11)
    else if (text.startsWith('SignedHeaders=')) signedHeaders = text.slice(14)
    else if (text.startsWith('Signature=')) signature = text.slice(10)
  }
  if (credentialText === '' || signedHeaders === '' || signature === '')
    return refused({ reason: 'components-missing' })
  const credential = parseCredential(credentialText, services)
  if ('problem' in credential) return refused({ reason: 'credential', place: 'header', detail: credential })
  const date = parseDate(headers.get('x-amz-date') ?? headers.get('date') ?? '')
  if (date === null) return refused({ reason: 'date-missing' })
  const otherDay = checkDay(credential.scope.date, date.timestamp)
  if (otherDay !== null) return refused({ reason: 'credential', place: 'header', detail: otherDay })
  return {
    kind: 'signed',
    claim: {
      place: 'header',
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

function parsePresigned(query: ReadonlyMap<string, string>, headers: Headers, services: readonly string[]): Claim {
  const named = query.get('x-amz-algorithm') ?? ''
  const credentialText = query.get('x-amz-credential') ?? ''
  const signature = query.get('x-amz-signature') ?? ''
  const dateText = query.get('x-amz-date') ?? ''
  const signedHeaders = query.get('x-amz-signedheaders') ?? ''
  if (named.startsWith('AWS4-ECDSA-')) return refused({ reason: 'signature-version-4a' })
  const expiresText = query.get('x-amz-expires') ?? ''
  if ([named, credentialText, signature, dateText, signedHeaders, expiresText].includes('')) {
    return refused({ reason: 'parameters-missing' })
  }
  if (named !== algorithm) return refused({ reason: 'algorithm-unsupported' })
  const credential = parseCredential(credentialText, services)
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

type Credential = Pick<SignedClaim, 'accessKeyId' | 'scope'>

// `<access key>/<date>/<region>/<service>/aws4_request`. Any region is accepted, the empty one too.
function parseCredential(text: string, services: readonly string[]): Credential | CredentialProblem {
  const parts = text.split('/')
  const [date, region, service, terminal] = parts.slice(-4)
  const accessKeyId = parts.slice(0, -4).join('/')
  if (accessKeyId === '' || date === undefined || region === undefined) return { problem: 'malformed', found: text }
  if (service === undefined || terminal === undefined) return { problem: 'malformed', found: text }
  if (!/^\d{8}$/.test(date)) return { problem: 'date-format', found: date }
  if (!services.includes(service)) return { problem: 'service', found: service }
  if (terminal !== 'aws4_request') return { problem: 'terminal', found: terminal }
  return { accessKeyId, scope: { date, region, service } }
}

function checkDay(date: string, timestamp: string): CredentialProblem | null {
  const day = timestamp.slice(0, 8)
  return day === date ? null : { problem: 'other-day', found: date, day }
}

type SignedDate = Pick<SignedClaim, 'timestamp' | 'time'>

/** x-amz-date's basic ISO 8601, or what a Date header holds (RFC 9110 section 5.6.7). */
function parseDate(text: string): SignedDate | null {
  const basic = parseBasicDate(text)
  if (basic !== null) return basic
  if (!/^[A-Za-z]{3,9},? .*\d{4}/.test(text)) return null
  const time = Date.parse(text)
  return Number.isNaN(time) ? null : { time, timestamp: basicTimestamp(time) }
}

/** `20130524T000000Z`, a moment that exists. */
function parseBasicDate(text: string): SignedDate | null {
  if (!/^\d{8}T\d{6}Z$/.test(text)) return null
  const part = (from: number, to: number) => Number(text.slice(from, to))
  const [month, day, hour, minute, second] = [part(4, 6), part(6, 8), part(9, 11), part(11, 13), part(13, 15)]
  const time = Date.UTC(part(0, 4), month - 1, day, hour, minute, second)
  // What rolled over does not exist: '20130230T…' would be in March, hour 24 on the next day.
  const found = new Date(time)
  const exists = found.getUTCMonth() === month - 1 && found.getUTCDate() === day && minute < 60 && second < 60
  return exists ? { time, timestamp: text } : null
}

function basicTimestamp(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`
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

function refused(refusal: Refusal): Claim {
  return { kind: 'refused', refusal }
}
