// What the headers say the body must digest to. Pure.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
import { listMembers } from '../http/headers.ts'
import { checksumBytes, type ChecksumAlgorithm } from '../kernels/checksum.ts'
import type { Refusal } from './refusal.ts'

const prefix = 'x-amz-checksum-'
// They share the prefix and are not checksums.
const notChecksums = new Set(['x-amz-checksum-algorithm', 'x-amz-checksum-mode', 'x-amz-checksum-type'])

export interface ExpectedChecksum {
  algorithm: ChecksumAlgorithm
  /** Base64; null when it comes as a trailing header. */
  value: string | null
  /** Only in the query string of a presigned URL: the client did not choose it with the body in hand. */
  hoisted: boolean
}

/** What is known of the body before it is read. */
export interface Expectations {
  /** Content-MD5, base64. */
  md5: string | null
  checksum: ExpectedChecksum | null
  /** Names announced by x-amz-trailer, lower case. */
  trailers: readonly string[]
}

export interface ExpectationSource {
  headers: Headers
  /** Query parameters of a presigned URL by lower-case name; empty otherwise. */
  hoisted: ReadonlyMap<string, string>
  /** Trailing headers may follow the body. */
  trailer: boolean
  /** False for CompleteMultipartUpload: its checksum headers are the object's, not its own body's. */
  describesBody: boolean
}

/** The algorithm a header such as `x-amz-checksum-crc32` carries, lower case; null for any other header. */
function checksumOfHeader(name: string): ChecksumAlgorithm | null {
  return name.startsWith(prefix) ? algorithmNamed(name.slice(prefix.length)) : null
}

/** Whether a value is base64 of as many bytes as the algorithm gives. */
export function isChecksumValue(algorithm: ChecksumAlgorithm, value: string): boolean {
  return isBase64(value, checksumBytes[algorithm])
}

/** Reads Content-MD5, x-amz-checksum-*, x-amz-sdk-checksum-algorithm and x-amz-trailer, or says what is wrong with them. */
export function parseExpectations(source: ExpectationSource): Expectations | Refusal {
  const md5 = source.headers.get('content-md5')
  if (md5 !== null && !isBase64(md5, checksumBytes.MD5)) return { reason: 'md5-invalid', value: md5 }
  if (!source.describesBody) return { md5, checksum: null, trailers: [] }

  const trailers = announcedTrailers(source)
  if ('reason' in trailers) return trailers
  const found = checksumHeaders(source.headers)
  if ('reason' in found) return found
  const checksums: ExpectedChecksum[] = [...found, ...trailers.checksums]
  if (checksums.length > 1) return { reason: 'checksums-several' }
  if (checksums.length === 0) {
    const hoisted = hoistedChecksum(source.hoisted)
    if (hoisted !== null && 'reason' in hoisted) return hoisted
    if (hoisted !== null) checksums.push(hoisted)
  }
  const checksum = checksums[0] ?? null
  const problem = checkAlgorithmHeaders(source, checksum)
  return problem ?? { md5, checksum, trailers: trailers.names }
}

function checksumHeaders(headers: Headers): ExpectedChecksum[] | Refusal {
  const checksums: ExpectedChecksum[] = []
  for (const [name, value] of headers) {
    if (!name.startsWith(prefix) || notChecksums.has(name)) continue
    const algorithm = checksumOfHeader(name)
    if (algorithm === null) return { reason: 'checksum-name-unknown' }
    if (!isChecksumValue(algorithm, value)) return { reason: 'checksum-invalid', header: name, trailing: false }
    checksums.push({ algorithm, value, hoisted: false })
  }
  return checksums
}

function announcedTrailers({
  headers,
  trailer,
}: ExpectationSource): { names: string[]; checksums: ExpectedChecksum[] } | Refusal {
  const names = listMembers((headers.get('x-amz-trailer') ?? '').toLowerCase())
  if (names.length > 0 && !trailer) {
    return { reason: 'trailer-malformed', what: 'x-amz-trailer without a payload that has a trailer' }
  }
  const checksums: ExpectedChecksum[] = []
  for (const name of names) {
    const algorithm = checksumOfHeader(name)
    if (algorithm === null) return { reason: 'trailer-unsupported' }
    checksums.push({ algorithm, value: null, hoisted: false })
  }
  return { names, checksums }
}

// SDKs that presign move headers into the query string, x-amz-checksum-crc32 with them.
function hoistedChecksum(hoisted: ReadonlyMap<string, string>): ExpectedChecksum | Refusal | null {
  for (const [name, value] of hoisted) {
    const algorithm = checksumOfHeader(name)
    if (algorithm === null) continue
    if (!isChecksumValue(algorithm, value)) return { reason: 'checksum-invalid', header: name, trailing: false }
    return { algorithm, value, hoisted: true }
  }
  return null
}

function checkAlgorithmHeaders({ headers }: ExpectationSource, checksum: ExpectedChecksum | null): Refusal | null {
  for (const header of ['x-amz-sdk-checksum-algorithm', 'x-amz-checksum-algorithm']) {
    const named = headers.get(header)
    if (named === null || named === '') continue
    const algorithm = algorithmNamed(named)
    if (algorithm === null) return { reason: 'algorithm-unknown' }
    if (checksum === null) {
      // CreateMultipartUpload and CopyObject send the second one with no value, rightly.
      if (header === 'x-amz-sdk-checksum-algorithm') return { reason: 'algorithm-without-checksum' }
    } else if (checksum.algorithm !== algorithm) {
      return { reason: 'algorithm-disagrees', header }
    }
  }
  return null
}

function algorithmNamed(name: string): ChecksumAlgorithm | null {
  const upper = name.toUpperCase()
  return Object.hasOwn(checksumBytes, upper) ? (upper as ChecksumAlgorithm) : null
}

function isBase64(value: string, bytes: number): boolean {
  const padding = (3 - (bytes % 3)) % 3
  return (
    value.length === ((bytes + padding) / 3) * 4 &&
    value.endsWith('='.repeat(padding)) &&
    /^[A-Za-z0-9+/]*$/.test(value.slice(0, value.length - padding))
  )
}
