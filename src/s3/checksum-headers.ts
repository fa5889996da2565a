// Checksums of objects on the wire: header and element names, algorithm and type rules. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
import { S3Error } from '../errors.ts'
import { checksumBytes, type ChecksumAlgorithm } from '../kernels/checksum.ts'
import { childText, element } from './xml.ts'
import type { Xml, XmlElement } from './xml.ts'
import type { Checksum } from '../shard/rpc.ts'

export type ChecksumType = Checksum['type']

const algorithms = Object.keys(checksumBytes) as ChecksumAlgorithm[]

/** `x-amz-checksum-crc64nvme`. */
export function checksumHeaderName(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`
}

/** The response headers of a checksum; none for null. */
export function checksumHeaders(checksum: Checksum | null): Record<string, string> {
  if (checksum === null) return {}
  const headers: Record<string, string> = { 'x-amz-checksum-type': checksum.type }
  headers[checksumHeaderName(checksum.algorithm)] = checksum.value
  return headers
}

/** `<ChecksumCRC32>…</ChecksumCRC32>`; null for no checksum. */
export function checksumElement(checksum: { algorithm: ChecksumAlgorithm; value: string } | null): Xml | null {
  return checksum === null ? null : element(`Checksum${checksum.algorithm}`, checksum.value)
}

/** `<ChecksumType>`; null for no checksum. */
export function checksumTypeElement(checksum: Checksum | null): Xml | null {
  return checksum === null ? null : element('ChecksumType', checksum.type)
}

/** The checksum a Part element of CompleteMultipartUpload carries; null for none. */
export function checksumOfPart(part: XmlElement): { algorithm: ChecksumAlgorithm; value: string } | null {
  for (const algorithm of algorithms) {
    const value = childText(part, `Checksum${algorithm}`)
    if (value !== null && value !== '') return { algorithm, value }
  }
  return null
}

/** The one x-amz-checksum-… value among the headers; null for none. Throws InvalidRequest for several. */
export function checksumValueHeader(headers: Headers): { algorithm: ChecksumAlgorithm; value: string } | null {
  const found = algorithms.flatMap((algorithm) => {
    const value = headers.get(checksumHeaderName(algorithm))
    return value === null || value === '' ? [] : [{ algorithm, value }]
  })
  if (found.length > 1) {
    throw new S3Error('InvalidRequest', {
      message: 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    })
  }
  return found[0] ?? null
}

/** True when `value` has the length and alphabet of the algorithm; a composite one may end in `-N`. */
export function isChecksumValue(algorithm: ChecksumAlgorithm, value: string): boolean {
  const base64 = value.replace(/-\d{1,5}$/, '')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || base64.length % 4 !== 0) return false
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0
  return (base64.length / 4) * 3 - padding === checksumBytes[algorithm]
}

/** BadDigest as AWS words it for checksums. */
export function badChecksum(algorithm: ChecksumAlgorithm): S3Error {
  const message = `The ${algorithm} you specified did not match the calculated checksum.`
  return new S3Error('BadDigest', { message })
}

/** x-amz-checksum-algorithm (CreateMultipartUpload, CopyObject); null when missing. Throws InvalidRequest. */
export function checksumAlgorithmHeader(headers: Headers): ChecksumAlgorithm | null {
  const header = headers.get('x-amz-checksum-algorithm')
  if (header === null || header === '') return null
  const algorithm = algorithms.find((candidate) => candidate === header.toUpperCase())
  if (algorithm !== undefined) return algorithm
  throw new S3Error('InvalidRequest', {
    message: `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${algorithms.join(', ')}]`,
  })
}

/** x-amz-checksum-type; null when missing. Throws InvalidRequest. */
export function checksumTypeHeader(headers: Headers): ChecksumType | null {
  const header = headers.get('x-amz-checksum-type')
  if (header === null || header === '') return null
  const type = header.toUpperCase()
  if (type === 'FULL_OBJECT' || type === 'COMPOSITE') return type
  throw new S3Error('InvalidRequest', { message: 'Value for x-amz-checksum-type header is invalid.' })
}

/**
 * Algorithm and type of a new multipart upload, with AWS's defaults. Only the CRCs can be combined to a value of the
 * whole object; CRC64NVME knows nothing else. Both null when the client names no algorithm.
 */
export function uploadChecksum(headers: Headers): {
  checksumAlgorithm: ChecksumAlgorithm | null
  checksumType: ChecksumType | null
} {
  const checksumAlgorithm = checksumAlgorithmHeader(headers)
  const asked = checksumTypeHeader(headers)
  if (checksumAlgorithm === null) {
    if (asked === null) return { checksumAlgorithm: null, checksumType: null }
    throw new S3Error('InvalidRequest', {
      message: 'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
    })
  }
  const isCrc64 = checksumAlgorithm === 'CRC64NVME'
  const checksumType = asked ?? (isCrc64 ? 'FULL_OBJECT' : 'COMPOSITE')
  const isPossible = checksumType === 'FULL_OBJECT' ? checksumAlgorithm.startsWith('CRC') : !isCrc64
  if (isPossible) return { checksumAlgorithm, checksumType }
  throw new S3Error('InvalidRequest', {
    message: `The ${checksumType} checksum type cannot be used with the ${checksumAlgorithm.toLowerCase()} checksum algorithm.`,
  })
}

/** True when the client asks for checksums in the answer: x-amz-checksum-mode. */
export function wantsChecksum(headers: Headers): boolean {
  return headers.get('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED'
}
