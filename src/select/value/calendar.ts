// Days of the Gregorian calendar, counted from 1970-01-01 and in both directions. No I/O, no clock.

export interface CivilDate {
  year: number
  /** 1 to 12. */
  month: number
  /** 1 to 31. */
  day: number
}

const daysPerEra = 146_097
/** From 0000-03-01, where the leap day ends the year, to 1970-01-01. */
const daysToEpoch = 719_468

/** Days from 1970-01-01; years before it are negative. */
export function daysFromDate({ year, month, day }: CivilDate): number {
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayFromMarch = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayFromMarch
  return era * daysPerEra + dayOfEra - daysToEpoch
}

export function dateFromDays(days: number): CivilDate {
  const shifted = days + daysToEpoch
  const era = Math.floor(shifted / daysPerEra)
  const dayOfEra = shifted - era * daysPerEra
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayFromMarch = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayFromMarch + 2) / 153)
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayFromMarch - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  }
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

/** 1 for the first of January. */
export function dayOfYear(date: CivilDate): number {
  return daysFromDate(date) - daysFromDate({ year: date.year, month: 1, day: 1 }) + 1
}

/** 0 for Monday. */
function weekday(days: number): number {
  // 1970-01-01 was a Thursday.
  return (((days + 3) % 7) + 7) % 7
}

/** The week of ISO 8601, 1 to 53: weeks begin on Monday, and the first has the year's first Thursday. */
export function isoWeek(date: CivilDate): number {
  const days = daysFromDate(date)
  const thursday = days - weekday(days) + 3
  return Math.floor((dayOfYear(dateFromDays(thursday)) - 1) / 7) + 1
}
