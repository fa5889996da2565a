// DATE_ADD, DATE_DIFF and EXTRACT. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-date.html
import { S3Error } from '../../errors.ts'
import type { DatePart } from '../bind/bound.ts'
import { dateFromDays, dayOfYear, daysFromDate, daysInMonth, isoWeek } from './calendar.ts'
import { fieldsOfTimestamp, timestampOfFields } from './timestamp.ts'
import type { ClockFields, Timestamp, TimestampPrecision } from './timestamp.ts'

const precisions: readonly TimestampPrecision[] = ['year', 'month', 'day', 'minute', 'second', 'fraction']

/** The precision a timestamp gets at least when a part of it is counted. */
const precisionOfPart = {
  YEAR: 'year',
  MONTH: 'month',
  DAY: 'day',
  WEEK: 'day',
  HOUR: 'minute',
  MINUTE: 'minute',
  SECOND: 'second',
} as const satisfies Partial<Record<DatePart, TimestampPrecision>>

type CountedPart = keyof typeof precisionOfPart

function countedPart(part: DatePart): CountedPart {
  if (part === 'YEARDAY' || part === 'TIMEZONE_HOUR' || part === 'TIMEZONE_MINUTE') {
    throw new S3Error('IllegalSqlFunctionArgument', { message: `${part} cannot be counted.` })
  }
  return part
}

/**
 * The timestamp so many parts later, or earlier, by the clock at its own offset. It keeps its precision, or gets that of
 * the part; a day that its new month does not have becomes the month's last. IllegalSqlFunctionArgument beyond the years
 * 1 to 9999.
 */
export function dateAdd(part: DatePart, quantity: bigint, timestamp: Timestamp): Timestamp {
  const counted = countedPart(part)
  const needed = precisionOfPart[counted]
  const { fractionDigits, offsetMinutes } = timestamp
  const precision = precisions.indexOf(timestamp.precision) < precisions.indexOf(needed) ? needed : timestamp.precision
  // No two moments of the years 1 to 9999 are further apart.
  const count = quantity > 400_000_000_000n || quantity < -400_000_000_000n ? Number.NaN : Number(quantity)
  const fields = addTo(fieldsOfTimestamp(timestamp), counted, count)
  const sum = fields === null ? null : timestampOfFields({ ...fields, precision, fractionDigits, offsetMinutes })
  if (sum === null) throw new S3Error('IllegalSqlFunctionArgument', { message: 'The timestamp is out of range.' })
  return sum
}

function addTo(fields: ClockFields, part: CountedPart, count: number): ClockFields | null {
  if (Number.isNaN(count)) return null
  switch (part) {
    case 'YEAR':
      return addMonths(fields, count * 12)
    case 'MONTH':
      return addMonths(fields, count)
    case 'DAY':
      return addSeconds(fields, count * 86_400)
    case 'WEEK':
      return addSeconds(fields, count * 604_800)
    case 'HOUR':
      return addSeconds(fields, count * 3600)
    case 'MINUTE':
      return addSeconds(fields, count * 60)
    case 'SECOND':
      return addSeconds(fields, count)
  }
}

function addMonths(fields: ClockFields, count: number): ClockFields {
  const months = fields.year * 12 + fields.month - 1 + count
  const year = Math.floor(months / 12)
  const month = months - year * 12 + 1
  return { ...fields, year, month, day: Math.min(fields.day, daysInMonth(year, month)) }
}

function addSeconds(fields: ClockFields, count: number): ClockFields {
  const seconds = daysFromDate(fields) * 86_400 + fields.hour * 3600 + fields.minute * 60 + fields.second + count
  const days = Math.floor(seconds / 86_400)
  const inDay = seconds - days * 86_400
  return {
    ...dateFromDays(days),
    hour: Math.floor(inDay / 3600),
    minute: Math.floor(inDay / 60) % 60,
    second: inDay % 60,
    nanosecond: fields.nanosecond,
  }
}

/**
 * Whole parts from the first timestamp to the second, negative when it is earlier. Years and months go by the dates
 * that clocks at the timestamps' offsets show; a day is 24 hours. Fractions of seconds do not count.
 */
export function dateDiff(part: DatePart, from: Timestamp, to: Timestamp): bigint {
  const counted = countedPart(part)
  if (counted === 'YEAR') return BigInt(Math.trunc(monthsBetween(from, to) / 12) + 0)
  if (counted === 'MONTH') return BigInt(monthsBetween(from, to))
  const seconds = wholeSeconds(to) - wholeSeconds(from)
  return seconds / secondsOfPart[counted]
}

const secondsOfPart = { WEEK: 604_800n, DAY: 86_400n, HOUR: 3600n, MINUTE: 60n, SECOND: 1n } as const

function wholeSeconds({ nanoseconds }: Timestamp): bigint {
  const fraction = ((nanoseconds % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n
  return (nanoseconds - fraction) / 1_000_000_000n
}

function monthsBetween(from: Timestamp, to: Timestamp): number {
  const [first, second] = [fieldsOfTimestamp(from), fieldsOfTimestamp(to)]
  const months = (second.year - first.year) * 12 + second.month - first.month
  if (months > 0 && second.day < first.day) return months - 1
  return months < 0 && second.day > first.day ? months + 1 : months
}

/** A part of what the clock at the timestamp's offset shows. */
export function extractPart(part: DatePart, timestamp: Timestamp): bigint {
  const fields = fieldsOfTimestamp(timestamp)
  const offset = timestamp.offsetMinutes ?? 0
  switch (part) {
    case 'YEAR':
      return BigInt(fields.year)
    case 'MONTH':
      return BigInt(fields.month)
    case 'DAY':
      return BigInt(fields.day)
    case 'HOUR':
      return BigInt(fields.hour)
    case 'MINUTE':
      return BigInt(fields.minute)
    case 'SECOND':
      return BigInt(fields.second)
    case 'TIMEZONE_HOUR':
      return BigInt(offset) / 60n
    case 'TIMEZONE_MINUTE':
      return BigInt(offset) % 60n
    case 'WEEK':
      return BigInt(isoWeek(fields))
    case 'YEARDAY':
      return BigInt(dayOfYear(fields))
  }
}
