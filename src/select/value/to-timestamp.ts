// TO_TIMESTAMP with a pattern: the checks of the pattern, and reading texts after it. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-date.html#s3-select-sql-reference-to-timestamp
import { S3Error } from '../../errors.ts'
import { monthNames, parseTimestampPattern } from './timestamp-pattern.ts'
import type { PatternField, PatternItem, PatternSymbol } from './timestamp-pattern.ts'
import { timestampOfFields } from './timestamp.ts'
import type { Timestamp, TimestampPrecision } from './timestamp.ts'

/** From coarse to fine; a pattern with one of them needs all before it. */
const fieldsInOrder = ['year', 'month', 'day', 'hour', 'minute', 'second', 'fraction'] as const

/** Reads a pattern once for many texts. The pattern's faults throw here; a text that does not fit throws ValueParseFailure. */
export function compileToTimestamp(pattern: string): (text: string) => Timestamp {
  const items = parseTimestampPattern(pattern)
  const finest = checkForParsing(items)
  const readers = items.map((item, index) => {
    return 'text' in item ? literalReader(item.text) : symbolReader(item, reservedAfter(items, index))
  })
  return (text) => {
    const found: Found = { offset: null }
    let at = 0
    for (const reader of readers) {
      at = reader(text, at, found)
      if (at === -1) break
    }
    const timestamp = at === text.length ? timestampOf(found, finest) : null
    if (timestamp === null) throw new S3Error('ValueParseFailure')
    return timestamp
  }
}

/** The finest field. Errors in PartiQL's order: a symbol only for writing, duplicates, missing fields, the clock. */
function checkForParsing(items: readonly PatternItem[]): (typeof fieldsInOrder)[number] {
  const symbols = items.filter((item) => 'letter' in item)
  if (symbols.some(({ letter, count }) => letter === 'M' && count === 5)) {
    throw new S3Error('EvaluatorInvalidTimestampFormatPatternSymbolForParsing')
  }
  const fields = new Set<PatternField>(symbols.map(({ field }) => field))
  if (fields.size < symbols.length) throw new S3Error('EvaluatorTimestampFormatPatternDuplicateFields')
  if (symbols.some(({ letter, count }) => letter === 'S' && count > 9)) {
    throw new S3Error('EvaluatorInvalidTimestampFormatPattern')
  }
  const finest = fieldsInOrder.findLast((field) => fields.has(field))
  const needsHour = fields.has('half') || fields.has('offset')
  const needed = fieldsInOrder.slice(0, Math.max(fieldsInOrder.indexOf(finest ?? 'year') + 1, needsHour ? 4 : 0))
  if (finest === undefined || needed.some((field) => !fields.has(field))) {
    throw new S3Error('EvaluatorInvalidTimestampFormatPattern', { reason: 'the pattern lacks fields of a timestamp' })
  }
  const twelve = symbols.some(({ letter }) => letter === 'h')
  if (fields.has('hour') && twelve !== fields.has('half')) {
    throw new S3Error('EvaluatorTimestampFormatPatternHourClockAmPmMismatch')
  }
  return finest
}

/** What a text said so far. */
type Found = { [field in Exclude<PatternField, 'offset'>]?: number } & { offset: number | null }

/** Takes what it reads from `at` on and returns where that ends; -1 when it is not there. */
type Reader = (text: string, at: number, found: Found) => number

/** Letters of any case, as in PartiQL. */
function literalReader(literal: string): Reader {
  const lower = literal.toLowerCase()
  return (text, at) => {
    const end = at + literal.length
    return text.slice(at, end).toLowerCase() === lower ? end : -1
  }
}

/** Digits that fixed-width numbers right after a number need, as in `yyyyMMdd`. */
function reservedAfter(items: readonly PatternItem[], index: number): number {
  let reserved = 0
  for (const item of items.slice(index + 1)) {
    const width = 'letter' in item ? fixedWidth(item) : null
    if (width === null) break
    reserved += width
  }
  return reserved
}

function fixedWidth({ letter, count }: PatternSymbol): number | null {
  if (letter === 'S') return count
  return 'MdHhms'.includes(letter) && count === 2 ? 2 : letter === 'y' && count === 2 ? 2 : null
}

const digitsMax = 19

function symbolReader(symbol: PatternSymbol, reserved: number): Reader {
  const { letter, count, field } = symbol
  if (field === 'offset') return offsetReader(letter === 'X', count)
  if (letter === 'a') return nameReader(['AM', 'PM'], (index, found) => (found.half = index))
  if (letter === 'M' && count >= 3) {
    const names = count === 3 ? monthNames.map((name) => name.slice(0, 3)) : monthNames
    return nameReader(names, (index, found) => (found.month = index + 1))
  }
  const fixed = fixedWidth(symbol)
  const least = fixed ?? (letter === 'y' ? count : 1)
  return (text, at, found) => {
    const available = digitsFrom(text, at)
    const width = fixed ?? Math.min(digitsMax, Math.max(least, available - reserved))
    if (available < width) return -1
    found[field] = numberOf(text.slice(at, at + width), symbol)
    return at + width
  }
}

function digitsFrom(text: string, at: number): number {
  let end = at
  while (end < text.length && text.charCodeAt(end) >= 0x30 && text.charCodeAt(end) <= 0x39) end++
  return end - at
}

function numberOf(digits: string, { letter, count }: PatternSymbol): number {
  const value = Number(digits)
  if (letter === 'S') return Number(digits.padEnd(9, '0'))
  // Two digits are a year from 1970 to 2069.
  if (letter === 'y' && count === 2) return value < 70 ? 2000 + value : 1900 + value
  return value
}

function nameReader(names: readonly string[], take: (index: number, found: Found) => void): Reader {
  const wanted = names.map((name) => name.toLowerCase())
  return (text, at, found) => {
    // No name begins with another.
    const index = wanted.findIndex((name) => text.slice(at, at + name.length).toLowerCase() === name)
    if (index === -1) return -1
    take(index, found)
    return at + (wanted[index] ?? '').length
  }
}

const offsetSyntax = {
  1: /[+-]\d\d(?:\d\d)?/y,
  2: /[+-]\d\d\d\d/y,
  3: /[+-]\d\d:\d\d/y,
} as const

function offsetReader(acceptsZ: boolean, count: number): Reader {
  const syntax = new RegExp(offsetSyntax[count === 1 ? 1 : count % 2 === 0 ? 2 : 3])
  return (text, at, found) => {
    if (acceptsZ && (text.charAt(at) === 'Z' || text.charAt(at) === 'z')) {
      found.offset = 0
      return at + 1
    }
    syntax.lastIndex = at
    const match = syntax.exec(text)?.[0]
    if (match === undefined) return -1
    const minutes = match.length > 3 ? Number(match.slice(-2)) : 0
    const hours = Number(match.slice(1, 3))
    const total = hours * 60 + minutes
    // -00:00 is UTC here: PartiQL's parser does not know it for an unknown offset.
    found.offset = hours > 23 || minutes > 59 ? Number.NaN : match.startsWith('-') ? 0 - total : total
    return at + match.length
  }
}

function timestampOf(found: Found, finest: (typeof fieldsInOrder)[number]): Timestamp | null {
  const hour = hourOf(found)
  const nanosecond = found.fraction ?? 0
  if (hour === null || nanosecond > 999_999_999) return null
  const fraction = String(nanosecond).padStart(9, '0').replace(/0+$/, '')
  const precision: TimestampPrecision =
    finest === 'hour' ? 'minute' : finest === 'fraction' && fraction === '' ? 'second' : finest
  return timestampOfFields({
    year: found.year ?? 0,
    month: found.month ?? 1,
    day: found.day ?? 1,
    hour,
    minute: found.minute ?? 0,
    second: found.second ?? 0,
    nanosecond,
    precision,
    fractionDigits: precision === 'fraction' ? fraction.length : 0,
    offsetMinutes: found.offset,
  })
}

/** Null when there is no such hour on a clock of twelve. */
function hourOf({ hour, half }: Found): number | null {
  if (hour === undefined) return 0
  if (half === undefined) return hour
  return hour < 1 || hour > 12 ? null : (hour % 12) + half * 12
}
