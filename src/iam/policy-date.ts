// Dates of conditions: W3C's profile of ISO 8601, from `2026` to `2026-11-25T12:00:00.5+01:00`, or seconds since 1970. No
// I/O, no clock.
// https://www.w3.org/TR/NOTE-datetime,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date

const isoPattern =
  /^([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}(?::[0-9]{2})?)?)?)?)?$/i

/** Milliseconds since 1970, with a fraction where the text has one; null when it is no date. Without a zone it is UTC. */
export function parsePolicyDate(text: string): number | null {
  // Four digits are a year.
  if (/^[0-9]{5,18}(?:\.[0-9]{1,9})?$|^[0-9]{1,3}$/.test(text)) return Number(text) * 1000
  const match = isoPattern.exec(text)
  if (match === null) return null
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => (part === undefined ? undefined : Number(part)))
  const offset = offsetMinutes(match[8] ?? 'Z')
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null
  if (hour > 23 || minute > 59 || second > 59 || offset === null) return null
  return utc([year, month, day]) + ((hour * 60 + minute - offset) * 60 + second + Number(match[7] ?? 0)) * 1000
}

function offsetMinutes(zone: string): number | null {
  if (zone === 'Z' || zone === 'z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(4) || '0')
  if (hours > 23 || minutes > 59) return null
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

/** `Date.UTC` takes the years 0 to 99 for 1900 to 1999. */
function utc([year, month, day]: readonly [number, number, number]): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.getTime()
}
