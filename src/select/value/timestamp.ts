// Timestamps of S3 Select: a moment with the precision and the offset it was written with. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-data-types.html
import { dateFromDays, daysFromDate, daysInMonth } from './calendar.ts'

/** As much of a moment as was written. */
export type TimestampPrecision = 'year' | 'month' | 'day' | 'minute' | 'second' | 'fraction'

/** A moment with the precision and the offset it was written with, as Ion has them. https://amazon-ion.github.io/ion-docs/docs/spec.html#timestamp */
export class Timestamp {
  /** Nanoseconds since 1970, UTC. */
  readonly nanoseconds: bigint
  readonly precision: TimestampPrecision
  /** Digits of the fraction of the second, 0 to 9. */
  readonly fractionDigits: number
  /** Minutes east of UTC; null when unknown (`-00:00`, and precisions without a time). */
  readonly offsetMinutes: number | null

  constructor(facts: {
    nanoseconds: bigint
    precision: TimestampPrecision
    fractionDigits?: number
    offsetMinutes: number | null
  }) {
    this.nanoseconds = facts.nanoseconds
    this.precision = facts.precision
    this.fractionDigits = facts.fractionDigits ?? 0
    this.offsetMinutes = facts.offsetMinutes
  }
}

/** What a clock at the timestamp's offset shows. */
export interface ClockFields {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  nanosecond: number
}

const nanosecondsPerSecond = 1_000_000_000n
const secondsPerDay = 86_400

const syntax = new RegExp(
  [
    String.raw`^(\d{4})(?:T|-(\d\d)(?:T|-(\d\d)(?:T|T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d))?))$`,
    // ISO 8601's basic form: 19501231T235959Z.
    String.raw`^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(?:(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:?\d\d)$`,
  ].join('|'),
)

/**
 * Reads Ion's and ISO 8601's forms: `2010T`, `2010-02T`, `2010-02-03T` (the T may be left out), and dates with a time and
 * an offset. Null when the text is no such moment of the years 1 to 9999. Digits after the ninth of a fraction are cut off.
 */
export function parseTimestamp(text: string): Timestamp | null {
  const match = syntax.exec(text)
  if (match === null) return null
  const groups = match[1] === undefined ? match.slice(9) : match.slice(1, 9)
  const [year, month, day, hour, minute, second, fraction, offset] = groups
  return timestampOfFields({
    precision: precisionOf({ month, day, hour, second, fraction }),
    fractionDigits: Math.min(fraction?.length ?? 0, 9),
    offsetMinutes: offset === undefined ? null : parseOffset(offset),
    year: Number(year),
    month: Number(month ?? '1'),
    day: Number(day ?? '1'),
    hour: Number(hour ?? '0'),
    minute: Number(minute ?? '0'),
    second: Number(second ?? '0'),
    nanosecond: Number((fraction ?? '').slice(0, 9).padEnd(9, '0')),
  })
}

function precisionOf(
  given: Record<'month' | 'day' | 'hour' | 'second' | 'fraction', string | undefined>,
): TimestampPrecision {
  if (given.fraction !== undefined) return 'fraction'
  if (given.second !== undefined) return 'second'
  if (given.hour !== undefined) return 'minute'
  if (given.day !== undefined) return 'day'
  return given.month === undefined ? 'year' : 'month'
}

/** Minutes; null for `-00:00`; NaN when there is no such offset. */
function parseOffset(text: string): number | null {
  if (text === 'Z') return 0
  const hours = Number(text.slice(1, 3))
  const minutes = Number(text.slice(-2))
  if (hours > 23 || minutes > 59) return Number.NaN
  const total = hours * 60 + minutes
  if (text.startsWith('+')) return total
  return total === 0 ? null : -total
}

/** Of what a clock at the offset shows; null when no clock does. */
export function timestampOfFields(
  facts: ClockFields & { precision: TimestampPrecision; fractionDigits: number; offsetMinutes: number | null },
): Timestamp | null {
  const { year, month, day, hour, minute, second, nanosecond, precision, fractionDigits, offsetMinutes } = facts
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null
  if (hour > 23 || minute > 59 || second > 59 || Number.isNaN(offsetMinutes)) return null
  const local = daysFromDate({ year, month, day }) * secondsPerDay + hour * 3600 + minute * 60 + second
  const seconds = local - (offsetMinutes ?? 0) * 60
  const nanoseconds = BigInt(seconds) * nanosecondsPerSecond + BigInt(nanosecond)
  return new Timestamp({ nanoseconds, precision, fractionDigits, offsetMinutes })
}

/** What a clock at the timestamp's own offset shows; UTC where it is unknown. */
export function fieldsOfTimestamp({ nanoseconds, offsetMinutes }: Timestamp): ClockFields {
  let seconds = Number(nanoseconds / nanosecondsPerSecond)
  let nanosecond = Number(nanoseconds % nanosecondsPerSecond)
  if (nanosecond < 0) {
    nanosecond += 1_000_000_000
    seconds -= 1
  }
  seconds += (offsetMinutes ?? 0) * 60
  const days = Math.floor(seconds / secondsPerDay)
  const inDay = seconds - days * secondsPerDay
  return {
    ...dateFromDays(days),
    hour: Math.floor(inDay / 3600),
    minute: Math.floor(inDay / 60) % 60,
    second: inDay % 60,
    nanosecond,
  }
}

/** Ion's text with the timestamp's precision and offset. A day is written without its `T`, as AWS prints it. */
export function formatTimestamp(timestamp: Timestamp): string {
  const { precision, fractionDigits, offsetMinutes } = timestamp
  const fields = fieldsOfTimestamp(timestamp)
  const year = padded(fields.year, 4)
  if (precision === 'year') return `${year}T`
  if (precision === 'month') return `${year}-${padded(fields.month, 2)}T`
  const date = `${year}-${padded(fields.month, 2)}-${padded(fields.day, 2)}`
  if (precision === 'day') return date
  const minutes = `${date}T${padded(fields.hour, 2)}:${padded(fields.minute, 2)}`
  const offset = offsetMinutes === null ? '-00:00' : offsetMinutes === 0 ? 'Z' : formatOffset(offsetMinutes, ':')
  if (precision === 'minute') return minutes + offset
  const seconds = `${minutes}:${padded(fields.second, 2)}`
  if (precision === 'second' || fractionDigits === 0) return seconds + offset
  return `${seconds}.${padded(fields.nanosecond, 9).slice(0, fractionDigits)}${offset}`
}

/** `+01:00`, or with another separator `+0100`. */
export function formatOffset(minutes: number, separator: string): string {
  const absolute = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${padded(Math.floor(absolute / 60), 2)}${separator}${padded(absolute % 60, 2)}`
}

function padded(value: number, width: number): string {
  return String(value).padStart(width, '0')
}
