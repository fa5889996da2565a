// AWS Signature Version 4, by AWS's names. No I/O, no clock, no request object: strings in, strings out.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
import { timingSafeEqual } from 'node:crypto'
import { HmacSha256, sha256 } from '../kernels/sha256.ts'

const encoder = new TextEncoder()

/** A text's UTF-8, as WebCrypto takes it. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  // TextEncoder always makes a new ArrayBuffer; the Workers types do not say so.
  return encoder.encode(text) as Uint8Array<ArrayBuffer>
}

/** SHA-256 of nothing. */
export const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

export interface CredentialScope {
  /** yyyyMMdd. */
  date: string
  region: string
  service: string
}

export interface CanonicalRequestParts {
  method: string
  /** As `canonicalUri` gives it. */
  uri: string
  /** As `canonicalQueryString` gives it. */
  query: string
  /** Name and canonical value, in the order of `signedHeaders`; a header left out has no line. */
  headers: readonly (readonly [name: string, value: string])[]
  /** Lower case, `;` between. */
  signedHeaders: string
  /** Hex SHA-256, `UNSIGNED-PAYLOAD` or a `STREAMING-…` name. */
  payloadHash: string
}

/** `20130524/us-east-1/s3/aws4_request`. */
export function scopeOf({ date, region, service }: CredentialScope): string {
  return `${date}/${region}/${service}/aws4_request`
}

/** The text whose SHA-256 goes into the string to sign. */
export function canonicalRequest(parts: CanonicalRequestParts): string {
  let headers = ''
  for (const [name, value] of parts.headers) headers += `${name}:${value}\n`
  return `${parts.method}\n${parts.uri}\n${parts.query}\n${headers}\n${parts.signedHeaders}\n${parts.payloadHash}`
}

/** What a request or a chunk is signed as. */
export interface SigningTerms {
  /** `AWS4-HMAC-SHA256`, or that of Signature Version 4A. */
  algorithm: string
  /** yyyyMMdd'T'HHmmss'Z'. */
  timestamp: string
  /** `20130524/us-east-1/s3/aws4_request`; without the region in Signature Version 4A. */
  scope: string
}

export function stringToSign({ algorithm, timestamp, scope }: SigningTerms, request: string): string {
  return `${algorithm}\n${timestamp}\n${scope}\n${sha256Hex(request)}`
}

/** HMAC(HMAC(HMAC(HMAC("AWS4" + secret, date), region), service), "aws4_request"), ready for use. */
export function signingKey(secret: string, scope: CredentialScope): HmacSha256 {
  let key = new HmacSha256(utf8(`AWS4${secret}`))
  for (const step of [scope.date, scope.region, scope.service, 'aws4_request']) key = new HmacSha256(key.sign(step))
  return key
}

/** 64 lower-case hex characters. */
export function signature(key: HmacSha256, toSign: string): string {
  return hex(key.sign(toSign))
}

/** Compares in constant time. Anything but 64 hex characters is simply wrong. */
export function signatureMatches(key: HmacSha256, toSign: string, provided: string): boolean {
  const bytes = unhex(provided)
  return bytes !== null && bytes.length === 32 && timingSafeEqual(bytes, key.sign(toSign))
}

/**
 * A chunk of an aws-chunked body, chained to the signature before it (the request's own for the first).
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export function chunkStringToSign(
  { algorithm, timestamp, scope }: SigningTerms,
  previous: string,
  hash: string,
): string {
  return `${algorithm}-PAYLOAD\n${timestamp}\n${scope}\n${previous}\n${emptySha256}\n${hash}`
}

/** The trailing headers, chained to the last chunk. `hash` is of their `name:value\n` lines. */
export function trailerStringToSign(
  { algorithm, timestamp, scope }: SigningTerms,
  previous: string,
  hash: string,
): string {
  return `${algorithm}-TRAILER\n${timestamp}\n${scope}\n${previous}\n${hash}`
}

/**
 * The path of a raw URL as it is signed: each octet decoded once and encoded again outside RFC 3986's unreserved set,
 * `/` kept. S3 alone among AWS's services neither encodes twice nor resolves `.`, `..` and `//`.
 */
export function canonicalUri(rawPath: string): string {
  if (rawPath === '') return '/'
  return /^[A-Za-z0-9\-._~/]*$/.test(rawPath) ? rawPath : reencode(rawPath, 'path')
}

/** Sorted by encoded name, then encoded value; `acl` becomes `acl=`; `+` counts as a space. */
export function canonicalQueryString(rawQuery: string, without?: (name: string) => boolean): string {
  if (rawQuery === '') return ''
  const pairs: [name: string, value: string][] = []
  for (const pair of rawQuery.split('&')) {
    if (pair === '') continue
    const at = pair.indexOf('=')
    const name = encodeOnce(at === -1 ? pair : pair.slice(0, at))
    if (without?.(name) === true) continue
    pairs.push([name, at === -1 ? '' : encodeOnce(pair.slice(at + 1))])
  }
  // Encoded text is ASCII, so that UTF-16 order is byte order.
  pairs.sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
  return pairs.map(([name, value]) => `${name}=${value}`).join('&')
}

/** Trimmed, and every inner run of white space one space. */
export function canonicalHeaderValue(value: string): string {
  return /^\s|\s$|\s\s|[\t\n\v\f\r]/.test(value) ? value.trim().replaceAll(/[ \t\n\v\f\r]+/g, ' ') : value
}

/** Lower-case hex SHA-256 of a text's UTF-8. */
export function sha256Hex(text: string): string {
  return hex(sha256(text))
}

/** Lower-case hex. */
export function hex(bytes: Uint8Array): string {
  let text = ''
  for (const octet of bytes) text += hexOctets[octet]
  return text
}

/** Null when the text is not hex. */
export function unhex(text: string): Uint8Array<ArrayBuffer> | null {
  if (text.length % 2 !== 0) return null
  const bytes = new Uint8Array(text.length / 2)
  for (let i = 0; i < bytes.length; i++) {
    const high = hexDigit(text.charCodeAt(2 * i))
    const low = hexDigit(text.charCodeAt(2 * i + 1))
    if (high < 0 || low < 0) return null
    bytes[i] = high * 16 + low
  }
  return bytes
}

const hexOctets = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'))

function encodeOnce(text: string): string {
  return /^[A-Za-z0-9\-._~]*$/.test(text) ? text : reencode(text.replaceAll('+', ' '), 'value')
}

// The encoded form of each octet.
const octets = Array.from({ length: 256 }, (_, octet) => {
  const character = String.fromCharCode(octet)
  return /[A-Za-z0-9\-._~]/.test(character) ? character : `%${octet.toString(16).toUpperCase().padStart(2, '0')}`
})

/** Each octet decoded once and encoded again; a slash of a `path` stays. */
export function reencode(text: string, what: 'path' | 'value'): string {
  const keepSlash = what === 'path'
  const bytes = encoder.encode(text)
  let encoded = ''
  for (let i = 0; i < bytes.length; i++) {
    let octet = bytes[i] ?? 0
    let escaped = false
    if (octet === 0x25) {
      // A `%` that starts no escape stands for itself: '/100%' is '/100%25'.
      const high = hexDigit(bytes[i + 1])
      const low = hexDigit(bytes[i + 2])
      if (high >= 0 && low >= 0) {
        octet = high * 16 + low
        escaped = true
        i += 2
      }
    }
    encoded += keepSlash && octet === 0x2f && !escaped ? '/' : octets[octet]
  }
  return encoded
}

function hexDigit(octet: number | undefined): number {
  if (octet === undefined) return -1
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30
  const letter = octet | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}
