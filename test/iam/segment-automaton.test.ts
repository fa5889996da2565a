import { describe, expect, it } from 'vitest'
import { compileSegments, matchesSegments } from '../../src/iam/segment-automaton.ts'
import { parseTemplate } from '../../src/iam/variables.ts'
import { randomFrom } from '../support/random.ts'

const colons = 2

function matches(pattern: string, subject: string): boolean {
  return matchesSegments(
    compileSegments(parseTemplate(pattern, { variables: false, wildcards: true })!, colons),
    subject,
  )
}

/** The definition: before the second colon wildcards keep from colons, but for a star before a colon or the end. */
function matchesSlowly(pattern: string, subject: string, seen = 0): boolean {
  const [first = '', rest] = [pattern[0], pattern.slice(1)]
  if (first === '') return subject === ''
  if (first !== '*' && first !== '?')
    return subject[0] === first && matchesSlowly(rest, subject.slice(1), seen + (first === ':' ? 1 : 0))
  // '**' is '*', which may be the one at the end.
  const after = pattern.replace(/^\*+/, '')
  const isFree = seen >= colons || (first === '*' && (after === '' || after.startsWith(':')))
  const canTake = subject !== '' && (isFree || subject[0] !== ':')
  if (first === '?') return canTake && matchesSlowly(rest, subject.slice(1), seen)
  return matchesSlowly(after, subject, seen) || (canTake && matchesSlowly(pattern, subject.slice(1), seen))
}

describe('matchesSegments()', () => {
  it('agrees with the definition on random patterns', () => {
    const random = randomFrom(3)
    const word = (alphabet: string, most: number): string =>
      Array.from({ length: random(most + 1) }, () => alphabet.charAt(random(alphabet.length))).join('')
    let count = 0
    for (let i = 0; i < 30_000; i++) {
      const pattern = word('ab:*?', 8)
      const subject = word('ab:', 9)
      const expected = matchesSlowly(pattern, subject)
      if (expected) count++
      expect({ pattern, subject, matches: matches(pattern, subject) }).toEqual({ pattern, subject, matches: expected })
    }
    expect(count).toBeGreaterThan(1000)
  })

  it('goes over the limits of a word', () => {
    for (const length of [30, 31, 32, 33, 63, 64, 65, 100]) {
      const text = 'a'.repeat(length)
      expect(matches(`${text}*b`, `${text}b`), String(length)).toBe(true)
      expect(matches(`${text}*b`, `${text}xxb`), String(length)).toBe(true)
      expect(matches(`${text}*b`, `${text}:b`), String(length)).toBe(false)
      expect(matches(`${text}?`, text), String(length)).toBe(false)
      expect(matches(`*${text}`, `${text}a`), String(length)).toBe(true)
      expect(matches(`*${text}x`, text), String(length)).toBe(false)
    }
  })
})
