// How CSV output is written, where kernels find it.
import { S3Error } from '../../errors.ts'
import type { Arena } from '../../kernels/select/arena.ts'
import { csvFormat, csvWriteFlag } from '../../kernels/select/write-csv.ts'
import { selectRecordBytesMax } from '../../limits.ts'
import type { CsvOutput, Dialect } from '../request.ts'

const symbolBytesMax = 8

/**
 * Writes the format into fresh kernel memory; gives its address. NULL and MISSING are empty, but `null` in the lenient
 * dialect, as Ceph prints them. Throws InvalidRequestParameter for symbols longer than 8 bytes.
 */
export function writeCsvFormat(arena: Arena, output: CsvOutput, dialect: Dialect): number {
  const format = arena.allocate(csvFormat.bytes)
  const memory = arena.u8
  const view = new DataView(memory.buffer)
  memory.fill(0, format, format + csvFormat.bytes)
  view.setUint32(format + csvFormat.flags, output.quoteFields === 'ALWAYS' ? csvWriteFlag.always : 0, true)
  view.setUint32(format + csvFormat.recordMax, selectRecordBytesMax, true)
  const { quote } = output
  const symbols = [
    [csvFormat.nullText, dialect === 'lenient' ? 'null' : ''],
    [csvFormat.recordDelimiter, output.recordDelimiter],
    [csvFormat.fieldDelimiter, output.fieldDelimiter],
    [csvFormat.quote, quote],
    [csvFormat.escape, quote === '' ? '' : output.escape || quote],
  ] as const
  for (const [offset, text] of symbols) {
    const bytes = new TextEncoder().encode(text)
    if (bytes.length > symbolBytesMax) {
      throw new S3Error('InvalidRequestParameter', { message: `${JSON.stringify(text)} is longer than 8 bytes` })
    }
    view.setUint32(format + offset, bytes.length, true)
    memory.set(bytes.length === 0 ? [1] : bytes, format + offset + 8)
    memory.fill(255, format + offset + 16, format + offset + 16 + bytes.length)
  }
  return format
}
