// What the operations of a multipart upload share: parameters and errors. No I/O, no clock.
import { S3Error } from '../errors.ts'
import { partNumberMax } from '../limits.ts'
import { invalidArgument } from './invalid-argument.ts'
import type { Query } from './operation.ts'

/** The uploadId parameter. One that was never given out is NoSuchUpload, found by the store. */
export function uploadIdOf(query: Query): string {
  return query.get('uploadId') ?? ''
}

/** The partNumber parameter of UploadPart and UploadPartCopy. Throws InvalidArgument. */
export function partNumberOf(query: Query): number {
  const value = query.get('partNumber') ?? ''
  const number = /^\d{1,5}$/.test(value) ? Number(value) : 0
  if (number >= 1 && number <= partNumberMax) return number
  throw invalidArgument('partNumber', value, 'Part number must be an integer between 1 and 10000, inclusive')
}

/** The parts of an upload carry another checksum than it was created for. */
export function checksumMismatch({ expected, actual }: { expected: string; actual: string }): S3Error {
  return new S3Error('InvalidRequest', {
    message: `Checksum Type mismatch occurred, expected checksum Type: ${expected.toLowerCase()}, actual checksum Type: ${actual.toLowerCase()}`,
  })
}
