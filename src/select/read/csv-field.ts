// The text of one CSV field from its bytes. No I/O, no clock.
import { S3Error } from '../../errors.ts'
import { csvFlag } from '../../kernels/select/csv.ts'
import type { CsvSymbols } from './csv-symbols.ts'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const shortBytesMax = 24

/** UTF-8 as text. Throws InvalidTextEncoding. */
export function decodeText(memory: Uint8Array, start: number, end: number): string {
  if (end - start <= shortBytesMax) {
    let text = ''
    let at = start
    for (; at < end; at++) {
      const byte = memory[at] ?? 0
      if (byte > 127) break
      text += String.fromCharCode(byte)
    }
    if (at === end) return text
  }
  try {
    return decoder.decode(memory.subarray(start, end))
  } catch (cause) {
    throw new S3Error('InvalidTextEncoding', { cause })
  }
}

/**
 * The text of a field as it lies between its delimiters: quotes around it are left out, doubled and escaped ones are
 * resolved. Null for an empty field of the lenient dialect.
 */
export function fieldText(memory: Uint8Array, start: number, end: number, symbols: CsvSymbols): string | null {
  const lenient = (symbols.flags & csvFlag.lenient) !== 0
  if (start === end) return lenient ? null : ''
  const { quote, escape } = symbols
  const has = (at: number, bytes: Uint8Array) =>
    bytes.length > 0 && at + bytes.length <= end && matches(memory, at, bytes)
  if (!lenient && !has(start, quote)) return decodeText(memory, start, end)
  if (escape.length === 0 && !lenient) {
    const text = doubledText(memory, start, end, quote)
    if (text !== null) return text
  }
  const text = new Uint8Array(end - start)
  let length = 0
  let inside = has(start, quote)
  let at = inside ? start + quote.length : start
  const copy = (bytes: number) => {
    for (const last = Math.min(at + bytes, end); at < last; at++) text[length++] = memory[at] ?? 0
  }
  while (at < end) {
    if ((inside || lenient) && has(at, escape)) {
      at += escape.length
      copy(has(at, quote) ? quote.length : 1)
    } else if ((inside || lenient) && has(at, quote)) {
      at += quote.length
      if (inside && has(at, quote)) copy(quote.length)
      else inside = !inside
    } else {
      copy(1)
    }
  }
  return decodeText(text, 0, length)
}

/** Of a field in quotes of one byte, within which all quotes are doubled; null for any other. */
function doubledText(memory: Uint8Array, start: number, end: number, quote: Uint8Array): string | null {
  const byte = quote[0] ?? 0
  if (quote.length !== 1 || byte > 127 || end - start < 2 || memory[end - 1] !== byte) return null
  const inner = decodeText(memory, start + 1, end - 1)
  const mark = String.fromCharCode(byte)
  const pair = mark + mark
  return inner.replaceAll(pair, '').includes(mark) ? null : inner.replaceAll(pair, mark)
}

function matches(memory: Uint8Array, at: number, bytes: Uint8Array): boolean {
  for (let index = 0; index < bytes.length; index++) if (memory[at + index] !== bytes[index]) return false
  return true
}
