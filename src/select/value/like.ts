// LIKE: the segments between `%` are found one after another, each as far left as it goes, so that nothing is tried
// twice and the time grows with the text's length, whatever the pattern. No I/O, no clock.
import { S3Error } from '../../errors.ts'
import { likeSegmentCharsMax } from '../../limits.ts'
import { elementMatches, parseLike } from './like-pattern.ts'
import type { LikeElement, LikeOptions } from './like-pattern.ts'

/** Whether a text is like the pattern. */
export type LikeMatcher = (text: string) => boolean

/** A part of the pattern without `%`; positions are UTF-16 units. */
interface Segment {
  /** Where the segment ends that begins at `at`; -1 when it does not. */
  matchAt(text: string, at: number): number
  /** Where the first such segment ends that begins at `from` or later; -1 when there is none. */
  find(text: string, from: number): number
  /** Where the segment begins that ends with the text; -1 when it does not. */
  matchEnd(text: string): number
}

/** Reads a pattern once for many texts. Errors are those of `parseLike`, and LikeInvalidInputs for a pattern that is too costly. */
export function compileLike(pattern: string, options: LikeOptions): LikeMatcher {
  const segments = parseLike(pattern, options).map((elements, index, all) => {
    return compileSegment(elements, index > 0 && index < all.length - 1)
  })
  const [first, ...rest] = segments
  const last = rest.pop()
  if (first === undefined) return () => false
  if (last === undefined) return (text) => first.matchAt(text, 0) === text.length
  return (text) => {
    let at = first.matchAt(text, 0)
    for (const segment of rest) {
      if (at === -1) return false
      at = segment.find(text, at)
    }
    return at !== -1 && last.matchEnd(text) >= at
  }
}

/** `floating`: it may begin anywhere. */
function compileSegment(elements: readonly LikeElement[], floating: boolean): Segment {
  const literal = literalOf(elements)
  if (literal !== null) return literalSegment(literal)
  const find = elements.every(({ match }) => match === 'any') ? null : floating ? compileSearch(elements) : null
  return {
    matchAt: (text, at) => matchForward(elements, text, at),
    find: (text, from) => (find === null ? matchForward(elements, text, from) : find(text, from)),
    matchEnd: (text) => matchBackward(elements, text),
  }
}

function literalOf(elements: readonly LikeElement[]): string | null {
  let literal = ''
  for (const element of elements) {
    if (element.match !== 'character') return null
    literal += String.fromCodePoint(element.codePoint)
  }
  return literal
}

function literalSegment(literal: string): Segment {
  const { length } = literal
  const indexOf =
    length <= shortLiteral ? (text: string, from: number) => text.indexOf(literal, from) : longSearch(literal)
  return {
    matchAt: (text, at) => (text.startsWith(literal, at) ? at + length : -1),
    find(text, from) {
      const at = indexOf(text, from)
      return at === -1 ? -1 : at + length
    },
    matchEnd: (text) => (text.endsWith(literal) ? text.length - length : -1),
  }
}

/** The platform's search may compare every letter of a literal at every place of a text: no harm while it is short. */
const shortLiteral = 256

/** Knuth, Morris and Pratt's search, which never goes back in the text. */
function longSearch(literal: string): (text: string, from: number) => number {
  const { length } = literal
  const borders = new Int32Array(length)
  for (let at = 1, border = 0; at < length; at++) {
    while (border > 0 && literal.charCodeAt(at) !== literal.charCodeAt(border)) border = borders[border - 1] ?? 0
    if (literal.charCodeAt(at) === literal.charCodeAt(border)) border++
    borders[at] = border
  }
  return (text, from) => {
    for (let at = from, matched = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at)
      while (matched > 0 && unit !== literal.charCodeAt(matched)) matched = borders[matched - 1] ?? 0
      if (unit === literal.charCodeAt(matched)) matched++
      if (matched === length) return at - length + 1
    }
    return -1
  }
}

function matchForward(elements: readonly LikeElement[], text: string, from: number): number {
  let at = from
  for (const element of elements) {
    const codePoint = text.codePointAt(at)
    if (codePoint === undefined || !elementMatches(element, codePoint)) return -1
    at += codePoint > 0xffff ? 2 : 1
  }
  return at
}

function matchBackward(elements: readonly LikeElement[], text: string): number {
  let at = text.length
  for (let index = elements.length - 1; index >= 0; index--) {
    const element = elements[index]
    if (at === 0 || element === undefined) return -1
    at -= isPairBefore(text, at) ? 2 : 1
    if (!elementMatches(element, text.codePointAt(at) ?? 0)) return -1
  }
  return at
}

function isPairBefore(text: string, at: number): boolean {
  return at >= 2 && (text.charCodeAt(at - 1) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 2) & 0xfc00) === 0xd800
}

/**
 * Looks for a segment with `_` or sets in it, by the Shift-And method: one bit for each element says whether the text so
 * far ends with the elements up to it. https://en.wikipedia.org/wiki/Bitap_algorithm
 */
function compileSearch(elements: readonly LikeElement[]): (text: string, from: number) => number {
  if (elements.length > likeSegmentCharsMax) {
    throw new S3Error('LikeInvalidInputs', {
      message: `A LIKE pattern may have at most ${likeSegmentCharsMax} characters with _ among them between two %.`,
    })
  }
  const words = Math.ceil(elements.length / 32)
  const masks = new Map<number, Uint32Array>()
  const maskOf = (codePoint: number): Uint32Array => {
    const known = masks.get(codePoint)
    if (known !== undefined) return known
    const mask = new Uint32Array(words)
    for (const [index, element] of elements.entries()) {
      if (elementMatches(element, codePoint)) mask[index >>> 5] = (mask[index >>> 5] ?? 0) | (1 << (index & 31))
    }
    if (masks.size >= masksMax) masks.clear()
    masks.set(codePoint, mask)
    return mask
  }
  const lastWord = words - 1
  const lastBit = 1 << ((elements.length - 1) & 31)
  return (text, from) => {
    const state = new Uint32Array(words)
    for (let at = from; at < text.length;) {
      const codePoint = text.codePointAt(at) ?? 0
      at += codePoint > 0xffff ? 2 : 1
      const mask = maskOf(codePoint)
      let carry = 1
      for (let word = 0; word < words; word++) {
        const before = state[word] ?? 0
        state[word] = ((before << 1) | carry) & (mask[word] ?? 0)
        carry = before >>> 31
      }
      if (((state[lastWord] ?? 0) & lastBit) !== 0) return at
    }
    return -1
  }
}

/** Masks kept at once, of 128 bytes at most each. */
const masksMax = 4096
