// Byte ranges: the only place that knows inclusive HTTP positions. No I/O, no clock.
// RFC 9110 section 14.
import { listMembers } from './headers.ts'

/** A run of bytes: `offset` from 0, `length` >= 0. */
export interface ByteRange {
  offset: number
  length: number
}

/** One range as asked for, not yet held against a size. `end` is inclusive, as in HTTP. */
export type RangeSpec = { kind: 'from-to'; start: number; end: number | null } | { kind: 'suffix'; length: number }

/**
 * Reads a Range header: `bytes=0-9` is one spec, `bytes=0-9,20-` a list of at least two, in the client's order.
 * Null means that the header is to be ignored: another unit, malformed, or a position before its start (RFC 9110
 * section 14.2). Positions beyond 2^53 count as 2^53 - 1.
 */
export function parseRange(header: string): RangeSpec | RangeSpec[] | null {
  const equals = header.indexOf('=')
  if (equals < 0 || header.slice(0, equals).trim().toLowerCase() !== 'bytes') return null
  const set = header.slice(equals + 1)
  if (!set.includes(',')) return parseSpec(set.trim())
  const specs: RangeSpec[] = []
  for (const member of listMembers(set)) {
    const spec = parseSpec(member)
    if (spec === null) return null
    specs.push(spec)
  }
  const [first] = specs
  if (first === undefined) return null
  return specs.length === 1 ? first : specs
}

/** `0-9`, `5-` or `-3`. */
function parseSpec(text: string): RangeSpec | null {
  const dash = text.indexOf('-')
  if (dash < 0) return null
  const start = text.slice(0, dash)
  const end = text.slice(dash + 1)
  const last = end === '' ? null : parsePosition(end)
  if (start === '') return last === null ? null : { kind: 'suffix', length: last }
  const first = parsePosition(start)
  if (first === null || (last === null && end !== '')) return null
  if (last !== null && last < first) return null
  return { kind: 'from-to', start: first, end: last }
}

/** Digits only; null for anything else. */
function parsePosition(text: string): number | null {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code < 0x30 || code > 0x39) return null
  }
  return text === '' ? null : Math.min(Number(text), Number.MAX_SAFE_INTEGER)
}

/**
 * What a spec selects of `size` bytes: an end beyond the last byte is cut, a suffix longer than everything is
 * everything. Unsatisfiable when nothing is selected: start at or beyond the size, `-0`, or no bytes at all.
 */
export function resolveRange(spec: RangeSpec, size: number): ByteRange | 'unsatisfiable' {
  if (spec.kind === 'suffix') {
    const length = Math.min(spec.length, size)
    return length === 0 ? 'unsatisfiable' : { offset: size - length, length }
  }
  if (spec.start >= size) return 'unsatisfiable'
  const end = spec.end === null ? size - 1 : Math.min(spec.end, size - 1)
  return { offset: spec.start, length: end - spec.start + 1 }
}

/** The Content-Range of a 206: `bytes 0-4/10`. */
export function contentRange({ offset, length }: ByteRange, size: number): string {
  return `bytes ${offset}-${offset + length - 1}/${size}`
}

// The Content-Range of a 416: `bytes */10`.
export function unsatisfiedRange(size: number): string {
  return `bytes */${size}`
}
