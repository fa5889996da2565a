// Which bytes a ScanRange asks for. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ScanRange.html
import { S3Error } from '../../errors.ts'
import type { ScanRange } from '../request.ts'

/** Offsets in the object; a record is wanted when its first byte lies between them. `end` is inclusive. */
export interface ByteSpan {
  start: number
  end: number
}

/**
 * The bytes a scan range of an object of `size` bytes means. No range, or one without numbers, is the whole object (of an
 * empty object: start 0, end -1). `end` alone means the last `end` bytes; an `end` beyond the object means its last byte.
 * Throws InvalidScanRange where no byte can lie in it.
 */
export function resolveScanRange(range: ScanRange | null, size: number): ByteSpan {
  const last = size - 1
  if (range === null || (range.start === null && range.end === null)) return { start: 0, end: last }
  for (const bound of [range.start, range.end]) {
    if (bound !== null && !(Number.isSafeInteger(bound) && bound >= 0)) throw new S3Error('InvalidScanRange')
  }
  const { start, end } =
    range.start === null
      ? { start: Math.max(size - (range.end ?? 0), 0), end: last }
      : { start: range.start, end: Math.min(range.end ?? last, last) }
  // An `end` before `start` was given so, or cut to the object's last byte because `start` lies beyond it.
  if (start > end) throw new S3Error('InvalidScanRange')
  return { start, end }
}
