// What readers may skip records by, found in WHERE. No I/O, no clock.
import type { Hint } from '../batch.ts'
import type { Bound } from '../bind/bound.ts'
import { boundOf, conditionMayFail, conditionOf, conjunctsOf } from './condition.ts'
import { shapeOf } from './shape.ts'

/** Bytes of a literal worth looking for. */
const literalBytesMin = 3

const encoder = new TextEncoder()

/**
 * The conjuncts that a record must fulfil, as far as records left out cannot have failed: those from the first one on that may
 * fail for a record are none, so that an answer does not depend on what was skipped. `textOnly`: columns hold no numbers.
 */
export function hintsOf(where: Bound | null, { textOnly }: { textOnly: boolean }): Hint[] {
  const hints: Hint[] = []
  for (const conjunct of where === null ? [] : conjunctsOf(conditionOf(where))) {
    const mayFail = conditionMayFail(conjunct)
    if (conjunct.test === 'leaf') {
      const bytes = literalOf(conjunct.bound, textOnly)
      if (bytes !== null && bytes.length >= literalBytesMin) hints.push({ hint: 'literal', bytes })
    }
    if (mayFail) break
    hints.push({ hint: 'condition', condition: boundOf(conjunct) })
  }
  return hints
}

/** Text that stands in every record for which the leaf is TRUE, unless it is written with escapes. */
function literalOf(bound: Bound, textOnly: boolean): Uint8Array | null {
  const shape = shapeOf(bound)
  if (shape === null) return null
  // A number's text may be written in other ways, and be equal.
  if (shape.shape === 'equal') return shape.negated || (!textOnly && isNumeric(shape.text)) ? null : shape.text
  if (shape.shape !== 'like' || shape.negated) return null
  const literals = shape.pattern.segments.flatMap(({ bytes, wildcard }) => (wildcard ? pieces(bytes) : [bytes]))
  return literals.reduce<Uint8Array | null>((longest, bytes) => {
    return longest === null || bytes.length > longest.length ? bytes : longest
  }, null)
}

function isNumeric(text: Uint8Array): boolean {
  return text.some((byte) => byte >= 0x30 && byte <= 0x39) && text.every((byte) => numberBytes.has(byte))
}

const numberBytes = new Set(encoder.encode('0123456789.eE+-'))

/** What stands between the wildcards. */
function pieces(bytes: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = []
  let from = 0
  for (let at = 0; at <= bytes.length; at++) {
    if (at < bytes.length && bytes[at] !== 0xff) continue
    found.push(bytes.subarray(from, at))
    from = at + 1
  }
  return found
}
