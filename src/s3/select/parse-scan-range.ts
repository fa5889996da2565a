// ScanRange: which records of the object. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ScanRange.html
import { S3Error } from '../../errors.ts'
import { childElement, type XmlElement } from '../xml.ts'
import type { Compression, InputFormat, ScanRange } from '../../select/request.ts'

/** Null for none. Throws InvalidScanRange, or UnsupportedScanRangeInput where the input cannot be cut. */
export function parseScanRange(
  xml: XmlElement | null,
  { input, compression }: { input: InputFormat; compression: Compression },
): ScanRange | null {
  if (xml === null) return null
  const start = position(xml, 'Start')
  const end = position(xml, 'End')
  if (start === null && end === null) return null
  if (start !== null && end !== null && start > end) throw new S3Error('InvalidScanRange')
  if (start === null && end === 0) throw new S3Error('InvalidScanRange')
  if (compression !== 'NONE' || !canBeCut(input)) throw new S3Error('UnsupportedScanRangeInput')
  return { start, end }
}

/** Throws InvalidScanRange for a range that begins behind the object's end. */
export function checkScanRange({ start }: ScanRange, size: number): void {
  if (start !== null && start >= Math.max(size, 1)) throw new S3Error('InvalidScanRange')
}

function canBeCut(input: InputFormat): boolean {
  switch (input.format) {
    case 'CSV':
      return !input.allowQuotedRecordDelimiter
    case 'JSON':
      return input.type === 'LINES'
    case 'Parquet':
      return true
  }
}

function position(xml: XmlElement, name: string): number | null {
  const text = childElement(xml, name)?.text.trim() ?? ''
  if (text === '') return null
  const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(number)) return number
  throw new S3Error('InvalidScanRange')
}
