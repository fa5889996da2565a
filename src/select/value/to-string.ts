// TO_STRING: timestamps as text after a pattern. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-date.html#s3-select-sql-reference-to-string
import { S3Error } from '../../errors.ts'
import { monthNames, parseTimestampPattern } from './timestamp-pattern.ts'
import type { PatternItem, PatternSymbol } from './timestamp-pattern.ts'
import { fieldsOfTimestamp, formatOffset } from './timestamp.ts'
import type { ClockFields, Timestamp } from './timestamp.ts'

/** Reads a pattern once for many timestamps. Whatever is wrong with it is EvaluatorInvalidTimestampFormatPattern, as in PartiQL. */
export function compileToString(pattern: string): (timestamp: Timestamp) => string {
  const items = readPattern(pattern)
  return (timestamp) => {
    const fields = fieldsOfTimestamp(timestamp)
    const offset = timestamp.offsetMinutes ?? 0
    return items.map((item) => ('text' in item ? item.text : formatSymbol(item, fields, offset))).join('')
  }
}

function readPattern(pattern: string): PatternItem[] {
  let items: PatternItem[]
  try {
    items = parseTimestampPattern(pattern)
  } catch (error) {
    throw new S3Error('EvaluatorInvalidTimestampFormatPattern', { cause: error })
  }
  if (items.some((item) => 'letter' in item && item.letter === 'S' && item.count > 9)) {
    throw new S3Error('EvaluatorInvalidTimestampFormatPattern', {
      reason: 'there are nine digits of a fraction at most',
    })
  }
  return items
}

function formatSymbol({ letter, count }: PatternSymbol, fields: ClockFields, offset: number): string {
  switch (letter) {
    case 'y':
      if (count === 2) return padded(fields.year % 100, 2)
      return padded(fields.year, count === 1 ? 1 : 4)
    case 'M':
      return formatMonth(fields.month, count)
    case 'd':
      return padded(fields.day, count)
    case 'a':
      return fields.hour < 12 ? 'AM' : 'PM'
    case 'h':
      return padded(fields.hour % 12 === 0 ? 12 : fields.hour % 12, count)
    case 'H':
      return padded(fields.hour, count)
    case 'm':
      return padded(fields.minute, count)
    case 's':
      return padded(fields.second, count)
    case 'S':
      return padded(fields.nanosecond, 9).slice(0, count)
    case 'n':
      return String(fields.nanosecond)
    default:
      return formatZone(letter, count, offset)
  }
}

function formatMonth(month: number, count: number): string {
  const name = monthNames[month - 1] ?? ''
  if (count <= 2) return padded(month, count)
  return count === 3 ? name.slice(0, 3) : count === 4 ? name : name.slice(0, 1)
}

/** `X` writes Z for no offset, `x` never does; one letter writes the minutes only where there are some. */
function formatZone(letter: string, count: number, offset: number): string {
  if (letter === 'X' && offset === 0) return 'Z'
  if (count === 1 && offset % 60 === 0) return formatOffset(offset, '').slice(0, 3)
  return formatOffset(offset, count === 3 || count === 5 ? ':' : '')
}

function padded(value: number, width: number): string {
  return String(value).padStart(width, '0')
}
