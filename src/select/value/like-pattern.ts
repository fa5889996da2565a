// Patterns of LIKE, read into segments between the `%` of it. No I/O, no clock.
import { S3Error } from '../../errors.ts'

/** What one code point of a text must be. */
export type LikeElement =
  | { match: 'any' }
  | { match: 'character'; codePoint: number }
  /** `[y-z]`, in the lenient dialect: inclusive ranges of code points. */
  | { match: 'set'; ranges: (readonly [low: number, high: number])[]; negated: boolean }

export interface LikeOptions {
  /** Null: the pattern has no ESCAPE. */
  escape: string | null
  /** Whether `[…]` is a set of characters. */
  ranges: boolean
}

/**
 * The segments of a pattern, one more than it has `%`. LikeInvalidInputs when the escape is not one character;
 * EvaluatorLikePatternInvalidEscapeSequence when it stands before nothing that needs it.
 */
export function parseLike(pattern: string, { escape, ranges }: LikeOptions): LikeElement[][] {
  const escapes = escape === null ? null : Array.from(escape)
  if (escapes !== null && escapes.length !== 1) throw new S3Error('LikeInvalidInputs')
  const escapeCharacter = escapes?.[0] ?? null
  const characters = Array.from(pattern)
  let segment: LikeElement[] = []
  const segments = [segment]
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? ''
    if (character === escapeCharacter) {
      const next = characters[++at]
      if (next !== '%' && next !== '_' && next !== escapeCharacter && !(ranges && (next === '[' || next === ']'))) {
        throw new S3Error('EvaluatorLikePatternInvalidEscapeSequence')
      }
      segment.push(characterElement(next ?? ''))
    } else if (character === '%') {
      segment = []
      segments.push(segment)
    } else if (character === '_') {
      segment.push({ match: 'any' })
    } else {
      const set = ranges && character === '[' ? parseSet(characters, at) : null
      segment.push(set?.element ?? characterElement(character))
      if (set !== null) at = set.end
    }
  }
  return segments
}

function characterElement(character: string): LikeElement {
  return { match: 'character', codePoint: codePointOf(character) }
}

function codePointOf(character: string | undefined): number {
  return character?.codePointAt(0) ?? 0
}

/** Of a set that begins at `start`: null when it has no end or holds nothing, and then `[` is a character like others. */
function parseSet(characters: readonly string[], start: number): { element: LikeElement; end: number } | null {
  const negated = characters[start + 1] === '^'
  const first = start + (negated ? 2 : 1)
  const end = characters.indexOf(']', first)
  if (end <= first) return null
  const ranges: (readonly [number, number])[] = []
  for (let at = first; at < end; at++) {
    const low = codePointOf(characters[at])
    const isRange = characters[at + 1] === '-' && at + 2 < end
    ranges.push([low, isRange ? codePointOf(characters[at + 2]) : low])
    if (isRange) at += 2
  }
  return { element: { match: 'set', ranges, negated }, end }
}

export function elementMatches(element: LikeElement, codePoint: number): boolean {
  if (element.match === 'any') return true
  if (element.match === 'character') return element.codePoint === codePoint
  return element.ranges.some(([low, high]) => codePoint >= low && codePoint <= high) !== element.negated
}
