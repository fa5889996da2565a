// URL → what the request points at. Pure: no I/O, no clock.
// Everything is read from the raw `request.url`: `URL.pathname` removes dot segments and turns `\` into `/`, so keys
// would change. (Whoever sits in front of the Worker may still do that; the embedded server does not.)
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
import { listMembers } from '../http/headers.ts'
import { S3Error } from '../errors.ts'
import { keyBytesMax } from '../limits.ts'
import type { RawUrl } from '../http/raw-url.ts'
import type { Query } from './operation.ts'
import { uriDecode } from './uri.ts'

export type Level = 'service' | 'account' | 'bucket' | 'object'

export type Address =
  | { level: 'service' }
  /** The S3 Control API, in so far as it is about an account. */
  | { level: 'account'; accountId: string }
  | { level: 'bucket'; bucket: string }
  | { level: 'object'; bucket: string; key: string }

export type AddressAt<L extends Level> = Extract<Address, { level: L }>

/** EDGESHARD_DOMAINS as a list: lower case, `localhost` always in it, longest first so that the closest one wins. */
export function parseDomains(text: string | undefined): string[] {
  const domains = new Set(['localhost', ...listMembers((text ?? '').toLowerCase())])
  return [...domains].sort((a, b) => b.length - a.length)
}

/** The bucket a virtual-hosted request names; null for path style. `my.bucket.localhost` names `my.bucket`. */
export function bucketOfHost(host: string, domains: readonly string[]): string | null {
  for (const domain of domains) {
    if (host === domain) return null
    if (host.endsWith(domain) && host[host.length - domain.length - 1] === '.') {
      return host.slice(0, host.length - domain.length - 1)
    }
  }
  return null
}

const controlPrefix = '/v20180820/'
const accountBlockPath = `${controlPrefix}configuration/publicAccessBlock`

/**
 * The account that a request to the S3 Control API is about; null for a request to S3. Control requests come to the same
 * place, with the account in a header and, by most clients, once more before the host; what tells them apart is path and
 * header together. https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetPublicAccessBlock.html
 */
export function controlAccount({ path }: RawUrl, headers: Headers): string | null {
  return path.startsWith(controlPrefix) ? headers.get('x-amz-account-id') : null
}

/**
 * What host and path point at. Keys are decoded once; `//`, `%2F`, `+` and dot segments stay what they are:
 * `/b//x` is key `/x`, `/b/` is the bucket. Throws InvalidURI, InvalidBucketName, KeyTooLongError, and NotImplemented for
 * what there is not of S3 Control.
 */
export function parseAddress(url: RawUrl, domains: readonly string[], headers: Headers): Address {
  const { path } = url
  const accountId = controlAccount(url, headers)
  if (accountId !== null) {
    if (path === accountBlockPath) return { level: 'account', accountId }
    throw new S3Error('NotImplemented', {
      message: 'Of the S3 Control API only the public access block of an account is implemented',
    })
  }
  const named = bucketOfHost(url.host, domains)
  if (named !== null) return at(named, path.slice(1))
  if (path === '/') return { level: 'service' }
  const slash = path.indexOf('/', 1)
  if (slash < 0) return at(decode(path.slice(1)), '')
  return at(decode(path.slice(1, slash)), path.slice(slash + 1))
}

function at(bucket: string, rawKey: string): Address {
  if (!isValidBucketName(bucket)) throw new S3Error('InvalidBucketName', { fields: { BucketName: bucket } })
  if (rawKey === '') return { level: 'bucket', bucket }
  const key = decode(rawKey)
  checkKey(key)
  return { level: 'object', bucket, key }
}

function decode(raw: string): string {
  const decoded = uriDecode(raw)
  if (decoded === null) throw new S3Error('InvalidURI', { fields: { URI: raw } })
  return decoded
}

/** NUL, which no store keeps, and the C1 controls, which S3 cannot parse (ceph/s3-tests test_object_read_unreadable). */
const unusable = /[\0\u0080-\u009f]/

/** Refuses what cannot be a key, wherever it comes from (URL, copy source, XML). Throws InvalidURI, KeyTooLongError. */
export function checkKey(key: string): void {
  if (unusable.test(key)) throw new S3Error('InvalidURI', { reason: 'A key holds a NUL or a C1 control character' })
  // A UTF-16 unit makes at most three bytes of UTF-8.
  if (key.length * 3 <= keyBytesMax) return
  const size = utf8Length(key)
  if (size <= keyBytesMax) return
  throw new S3Error('KeyTooLongError', { fields: { Size: String(size), MaxSizeAllowed: String(keyBytesMax) } })
}

/** Bytes of the text in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code >= 0x80) bytes += code >= 0x800 && (code < 0xd800 || code > 0xdfff) ? 2 : 1
  }
  return bytes
}

const bucketPrefixesReserved = ['xn--', 'sthree-', 'amzn-s3-demo-']
const bucketSuffixesReserved = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3']

/**
 * AWS's rules for general purpose buckets, with every label a valid DNS label so that the name works as a host.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
export function isValidBucketName(name: string): boolean {
  if (name.length < 3 || name.length > 63) return false
  let previous = '.'
  let onlyDigitsAndDots = true
  for (const character of name) {
    const isLetter = character >= 'a' && character <= 'z'
    const isAlphanumeric = isLetter || (character >= '0' && character <= '9')
    if (!isAlphanumeric && character !== '-' && character !== '.') return false
    if (character === '.' && (previous === '.' || previous === '-')) return false
    if (character === '-' && previous === '.') return false
    if (isLetter || character === '-') onlyDigitsAndDots = false
    previous = character
  }
  if (previous === '-' || previous === '.') return false
  // An IPv4 address: four groups of digits.
  if (onlyDigitsAndDots && name.split('.').length === 4) return false
  if (bucketPrefixesReserved.some((prefix) => name.startsWith(prefix))) return false
  return !bucketSuffixesReserved.some((suffix) => name.endsWith(suffix))
}

/** The query of a request without parameters. */
const emptyQuery: Query = { get: () => null, has: () => false, names: () => [] }

/**
 * Decodes a query string: `+` and `%20` are a space, the first value of a name counts, `?uploads` is the empty value.
 * Throws InvalidURI for a broken escape.
 */
export function parseQuery(query: string): Query {
  if (query === '') return emptyQuery
  const values = new Map<string, string>()
  for (const pair of query.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = decodeQuery(equals < 0 ? pair : pair.slice(0, equals))
    if (!values.has(name)) values.set(name, equals < 0 ? '' : decodeQuery(pair.slice(equals + 1)))
  }
  return {
    get: (name) => values.get(name) ?? null,
    has: (name) => values.has(name),
    names: () => [...values.keys()],
  }
}

function decodeQuery(raw: string): string {
  return decode(raw.includes('+') ? raw.replaceAll('+', ' ') : raw)
}
