// Byte ranges: the only place that knows inclusive HTTP positions. No I/O, no clock.
// RFC 9110 section 14.

/** A run of bytes: `offset` from 0, `length` >= 0. */
export interface ByteRange {
  offset: number
  length: number
}

/** One range as asked for, not yet held against a size. `end` is inclusive, as in HTTP. */
export type RangeSpec = { kind: 'from-to'; start: number; end: number | null } | { kind: 'suffix'; length: number }
