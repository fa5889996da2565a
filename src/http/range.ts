// Byte ranges: the only place that knows inclusive HTTP positions. No I/O, no clock.
// RFC 9110 section 14.

/** A run of bytes: `offset` from 0, `length` >= 0. */
export interface ByteRange {
  offset: number
  length: number
}

/** One range as asked for, not yet held against a size. `end` is inclusive, as in HTTP. */
export type RangeSpec = { kind: 'from-to'; start: number; end: number | null } | { kind: 'suffix'; length: number }

/**
 * Reads a Range header. Null for a header to be ignored (another unit, malformed): RFC 9110 section 14.2.
 * One range gives a RangeSpec, several give a list.
 */
export function parseRange(header: string): RangeSpec | RangeSpec[] | null {
  const match = /^\s*bytes\s*=(.*)$/i.exec(header)
  if (match === null) return null
  const specs: RangeSpec[] = []
  for (const item of (match[1] ?? '').split(',')) {
    // Empty list elements are allowed: RFC 9110 section 5.6.1.
    if (item.trim() === '') continue
    const spec = parseRangeItem(item.trim())
    if (spec === null) return null
    specs.push(spec)
  }
  const [first] = specs
  if (first === undefined) return null
  return specs.length === 1 ? first : specs
}

function parseRangeItem(item: string): RangeSpec | null {
  const match = /^(\d*)\s*-\s*(\d*)$/.exec(item)
  if (match === null) return null
  const [, first = '', last = ''] = match
  if (first === '') return last === '' ? null : { kind: 'suffix', length: Number(last) }
  const start = Number(first)
  const end = last === '' ? null : Number(last)
  return end !== null && end < start ? null : { kind: 'from-to', start, end }
}

/** The bytes a range means in an object of `size` bytes; null when it cannot be satisfied. */
export function resolveRange(spec: RangeSpec, size: number): ByteRange | null {
  if (spec.kind === 'suffix') {
    const length = Math.min(spec.length, size)
    return length === 0 ? null : { offset: size - length, length }
  }
  if (spec.start >= size) return null
  const end = spec.end === null ? size - 1 : Math.min(spec.end, size - 1)
  return { offset: spec.start, length: end - spec.start + 1 }
}
