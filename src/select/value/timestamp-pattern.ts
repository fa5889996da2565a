// The format patterns of TO_STRING and TO_TIMESTAMP, read into items. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-date.html#s3-select-sql-reference-to-string
import { S3Error } from '../../errors.ts'

export type PatternField = 'year' | 'month' | 'day' | 'hour' | 'half' | 'minute' | 'second' | 'fraction' | 'offset'

/** A run of one letter, such as `yyyy` or `SSS`, and what it stands for. */
export interface PatternSymbol {
  letter: string
  count: number
  field: PatternField
}

export type PatternItem = { text: string } | PatternSymbol

/** How often a letter may stand in a row. */
const letters: Record<string, { field: PatternField; most: number }> = {
  y: { field: 'year', most: 4 },
  M: { field: 'month', most: 5 },
  d: { field: 'day', most: 2 },
  a: { field: 'half', most: 1 },
  h: { field: 'hour', most: 2 },
  H: { field: 'hour', most: 2 },
  m: { field: 'minute', most: 2 },
  s: { field: 'second', most: 2 },
  S: { field: 'fraction', most: Number.POSITIVE_INFINITY },
  n: { field: 'fraction', most: 1 },
  X: { field: 'offset', most: 5 },
  x: { field: 'offset', most: 5 },
}

/** What may stand in a pattern without quotes, beside letters that mean something. */
const plainText = ' /-,:.'

/**
 * Reads a pattern. `'quoted'` is text, `''` a quote. Fails with EvaluatorInvalidTimestampFormatPatternToken for a
 * character that needs quotes, with …Symbol for a letter that stands too often in a row, and with
 * EvaluatorUnterminatedTimestampFormatPatternToken for a quote without an end.
 */
export function parseTimestampPattern(pattern: string): PatternItem[] {
  const items: PatternItem[] = []
  let at = 0
  while (at < pattern.length) {
    const letter = pattern.charAt(at)
    const meaning = letters[letter]
    if (letter === "'") {
      const quoted = quotedText(pattern, at)
      items.push({ text: quoted.text })
      at = quoted.end
    } else if (meaning !== undefined) {
      const start = at
      while (pattern.charAt(at) === letter) at++
      if (at - start > meaning.most) throw new S3Error('EvaluatorInvalidTimestampFormatPatternSymbol')
      items.push({ letter, count: at - start, field: meaning.field })
    } else if (plainText.includes(letter)) {
      items.push({ text: letter })
      at++
    } else {
      throw new S3Error('EvaluatorInvalidTimestampFormatPatternToken')
    }
  }
  return items
}

function quotedText(pattern: string, start: number): { text: string; end: number } {
  if (pattern.charAt(start + 1) === "'") return { text: "'", end: start + 2 }
  let text = ''
  for (let at = start + 1; at < pattern.length; at++) {
    if (pattern.charAt(at) !== "'") text += pattern.charAt(at)
    else if (pattern.charAt(at + 1) === "'") text += pattern.charAt(at++)
    else return { text, end: at + 1 }
  }
  throw new S3Error('EvaluatorUnterminatedTimestampFormatPatternToken')
}

export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const
