// Patterns of LIKE as the kernel takes them. No I/O, no clock.
import { parseLike } from '../value/like-pattern.ts'
import type { LikeElement } from '../value/like-pattern.ts'

/** What stands between the percent signs; none of the segments is empty. */
export interface LikeShape {
  segments: LikeSegment[]
  openStart: boolean
  openEnd: boolean
}

export interface LikeSegment {
  /** UTF-8, with 0xff for any one code point. */
  bytes: Uint8Array
  codePoints: number
  wildcard: boolean
}

/** Longer segments, which the kernel's search would try at every place of a hostile text, are left to the scalar matcher. */
const segmentBytesMax = 128

const encoder = new TextEncoder()

/** Null for patterns the kernel does not take. Throws what `parseLike` throws. */
export function likeSegments(pattern: string, escape: string | null): LikeShape | null {
  const parts = parseLike(pattern, { escape, ranges: false })
  const [first, last] = [parts[0], parts.at(-1)]
  if (first === undefined || last === undefined) return null
  const segments = parts.filter((part) => part.length > 0).map(segmentOf)
  if (segments.some(({ bytes }) => bytes.length > segmentBytesMax)) return null
  // Without a percent sign the one part is held to both ends.
  const open = parts.length > 1
  return { segments, openStart: open && first.length === 0, openEnd: open && last.length === 0 }
}

function segmentOf(elements: readonly LikeElement[]): LikeSegment {
  const bytes = elements.flatMap((element) =>
    element.match === 'character' ? Array.from(encoder.encode(String.fromCodePoint(element.codePoint))) : [0xff],
  )
  return {
    bytes: Uint8Array.from(bytes),
    codePoints: elements.length,
    wildcard: elements.some(({ match }) => match !== 'character'),
  }
}
