// The times a signature speaks of. Pure.

export interface SignedDate {
  /** yyyyMMdd'T'HHmmss'Z'. */
  timestamp: string
  /** The same in milliseconds since 1970. */
  time: number
}

/** x-amz-date's basic ISO 8601, or what a Date header holds (RFC 9110 section 5.6.7). Null for what is no date. */
export function parseDate(text: string): SignedDate | null {
  const basic = parseBasicDate(text)
  if (basic !== null) return basic
  if (!/^[A-Za-z]{3,9},? .*\d{4}/.test(text)) return null
  const time = Date.parse(text)
  return Number.isNaN(time) ? null : { time, timestamp: basicTimestamp(time) }
}

/** `20130524T000000Z`, a moment that exists. */
export function parseBasicDate(text: string): SignedDate | null {
  if (!/^\d{8}T\d{6}Z$/.test(text)) return null
  const part = (from: number, to: number) => Number(text.slice(from, to))
  const [month, day, hour, minute, second] = [part(4, 6), part(6, 8), part(9, 11), part(11, 13), part(13, 15)]
  const time = Date.UTC(part(0, 4), month - 1, day, hour, minute, second)
  // What rolled over does not exist: '20130230T…' would be in March, hour 24 on the next day.
  const found = new Date(time)
  const exists = found.getUTCMonth() === month - 1 && found.getUTCDate() === day && minute < 60 && second < 60
  return exists ? { time, timestamp: text } : null
}

function basicTimestamp(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`
}
