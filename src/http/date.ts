// Dates of HTTP and ISO 8601. All times are milliseconds since 1970, UTC. No I/O, no clock.
// RFC 9110 section 5.6.7, RFC 3339.

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

// Sun, 06 Nov 1994 08:49:37 GMT
const imfFixdate = /^[A-Za-z]{3}, (\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d\d):(\d\d):(\d\d) (?:GMT|UTC|[+-]0000)$/
// Sunday, 06-Nov-94 08:49:37 GMT
const rfc850 = /^[A-Za-z]{6,9}, (\d\d)-([A-Za-z]{3})-(\d\d) (\d\d):(\d\d):(\d\d) GMT$/
// Sun Nov  6 08:49:37 1994
const asctime = /^[A-Za-z]{3} ([A-Za-z]{3}) ([ \d]\d) (\d\d):(\d\d):(\d\d) (\d{4})$/
// 1994-11-06T08:49:37.123Z
const iso8601 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d{1,9})?(?:Z|([+-])(\d\d):?(\d\d))$/

/**
 * Reads any of the three forms of an HTTP date. Null when it is none of them or no day of the calendar. Years of two
 * digits, which only RFC 850 dates have, are 1970 to 2069.
 */
export function parseHttpDate(text: string): number | null {
  let match = imfFixdate.exec(text)
  if (match !== null) return utc([match[3], monthNumber(match[2]), match[1], match[4], match[5], match[6]])
  match = rfc850.exec(text)
  if (match !== null) {
    const year = Number(match[3])
    return utc([year + (year < 70 ? 2000 : 1900), monthNumber(match[2]), match[1], match[4], match[5], match[6]])
  }
  match = asctime.exec(text)
  if (match !== null) return utc([match[6], monthNumber(match[1]), match[2], match[3], match[4], match[5]])
  return null
}

/** 1 to 12; 0 for no month. */
function monthNumber(name: string | undefined): number {
  return months.indexOf(name ?? '') + 1
}

/** Reads `1994-11-06T08:49:37Z`, with a fraction or an offset too. Null for anything else. */
export function parseIso8601(text: string): number | null {
  const match = iso8601.exec(text)
  if (match === null) return null
  const time = utc([match[1], match[2], match[3], match[4], match[5], match[6]])
  if (time === null) return null
  const milliseconds = Math.trunc(Number(`0${match[7] ?? ''}`) * 1000)
  const offsetHours = Number(match[9] ?? 0)
  const offsetMinutes = Number(match[10] ?? 0)
  if (offsetHours > 23 || offsetMinutes > 59) return null
  const offset = (offsetHours * 60 + offsetMinutes) * 60_000
  return time + milliseconds - (match[8] === '-' ? -offset : offset)
}

/** Year, month from 1, day, hour, minute, second → time; null when there is no such moment. */
function utc(fields: (string | number | undefined)[]): number | null {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields.map(Number)
  // A leap second counts as the second after.
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 60) return null
  const midnight = new Date(0)
  midnight.setUTCFullYear(year, month - 1, day)
  // 31 February would have become March.
  if (midnight.getUTCMonth() !== month - 1) return null
  return midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1000
}

/** `Sun, 06 Nov 1994 08:49:37 GMT`, the one form that is sent. */
export function formatHttpDate(time: number): string {
  return new Date(time).toUTCString()
}

/** `1994-11-06T08:49:37.000Z`, as S3 writes times in XML. */
export function formatIso8601(time: number): string {
  return new Date(time).toISOString()
}
