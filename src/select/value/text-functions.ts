// CHAR_LENGTH, SUBSTRING and TRIM: characters are code points. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-string.html
import { S3Error } from '../../errors.ts'

const surrogate = /[\ud800-\udfff]/

/** Code points. */
export function charLength(text: string): number {
  if (!surrogate.test(text)) return text.length
  let count = 0
  for (let at = 0; at < text.length; at += widthAt(text, at)) count++
  return count
}

function widthAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
}

/**
 * From the character `start`, counted from 1, to the end or for `length` characters. What a start below 1 puts before the
 * text counts: `SUBSTRING('123456789', 0, 2)` is '1'. IllegalSqlFunctionArgument for a negative length.
 */
export function substring(text: string, start: number, length: number | null): string {
  if (length !== null && length < 0) {
    throw new S3Error('IllegalSqlFunctionArgument', { message: 'The length of SUBSTRING must not be negative.' })
  }
  const from = Math.max(start, 1) - 1
  const to = length === null ? Number.POSITIVE_INFINITY : Math.max(start + length - 1, from)
  if (!surrogate.test(text)) return text.slice(from, to)
  return text.slice(unitOf(text, from), unitOf(text, to))
}

/** Where so many code points of a text end. */
function unitOf(text: string, codePoints: number): number {
  let at = 0
  for (let count = 0; count < codePoints && at < text.length; count++) at += widthAt(text, at)
  return at
}

/** Without the characters of a set at the named sides. */
export function trimText(text: string, side: 'LEADING' | 'TRAILING' | 'BOTH', characters: string): string {
  const set = new Set(characters)
  let start = 0
  let end = text.length
  if (side !== 'TRAILING') {
    while (start < end && set.has(text.slice(start, start + widthAt(text, start)))) start += widthAt(text, start)
  }
  if (side !== 'LEADING') {
    while (end > start) {
      const width = end - start >= 2 && widthAt(text, end - 2) === 2 ? 2 : 1
      if (!set.has(text.slice(end - width, end))) break
      end -= width
    }
  }
  return text.slice(start, end)
}
