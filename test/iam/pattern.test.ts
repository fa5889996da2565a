import { describe, expect, it } from 'vitest'
import { compileGlob, matchesGlob } from '../../src/iam/pattern.ts'
import { parseTemplate } from '../../src/iam/variables.ts'
import { randomFrom } from '../support/random.ts'

function glob(pattern: string) {
  return compileGlob(parseTemplate(pattern, { variables: true, wildcards: true })!)
}

/** The definition. */
function matchesSlowly(pattern: string, text: string): boolean {
  if (pattern === '') return text === ''
  if (pattern.startsWith('*'))
    return matchesSlowly(pattern.slice(1), text) || (text !== '' && matchesSlowly(pattern, text.slice(1)))
  return (
    text !== '' && (pattern.startsWith('?') || pattern[0] === text[0]) && matchesSlowly(pattern.slice(1), text.slice(1))
  )
}

describe('matchesGlob()', () => {
  const table: [pattern: string, subject: string, matches: boolean][] = [
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['*', 'anything: \0 at all', true],
    ['**', '', true],
    ['a', 'a', true],
    ['a', 'A', false],
    ['a*', 'a', true],
    ['a*', 'ba', false],
    ['*a', 'ba', true],
    ['*a', 'ab', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['*a*', 'bab', true],
    ['?', '', false],
    ['?', 'ab', false],
    ['a?c', 'abc', true],
    ['a?*c', 'ac', false],
    ['a*?c', 'abc', true],
    ['*ab*ab*', 'ab', false],
    ['*ab*ab*', 'xabxabx', true],
    ['ab*ba', 'aba', false],
    ['a*b?c', 'aXbYYc', false],
    ['a*b?c', 'aXbYbZc', true],
    ['*.jpg', '.jpg.jpg', true],
    ['a\0*', 'a', false],
    ['a', 'a\0', false],
    ['${*}', '*', true],
    ['${*}', 'a', false],
    ['\u212a', 'k', false],
    ['??', '\u{1f600}', true],
  ]
  for (const [pattern, subject, matches] of table) {
    it(`${JSON.stringify(pattern)} ${matches ? 'matches' : 'does not match'} ${JSON.stringify(subject)}`, () => {
      expect(matchesGlob(glob(pattern), subject)).toBe(matches)
    })
  }

  it('takes the fast ways for the usual forms', () => {
    expect(['*', '**', 'a', 'a*', 'a**', 'a*b', '*b', 'a?'].map((pattern) => glob(pattern).kind)).toEqual([
      'any',
      'any',
      'exact',
      'prefix',
      'prefix',
      'pieces',
      'pieces',
      'pieces',
    ])
  })

  it('agrees with the definition on random patterns', () => {
    const random = randomFrom(1)
    const word = (alphabet: string, most: number): string =>
      Array.from({ length: random(most + 1) }, () => alphabet.charAt(random(alphabet.length))).join('')
    for (let i = 0; i < 20_000; i++) {
      const pattern = word('ab*?', 8)
      const subject = word('ab', 9)
      expect({ pattern, subject, matches: matchesGlob(glob(pattern), subject) }).toEqual({
        pattern,
        subject,
        matches: matchesSlowly(pattern, subject),
      })
    }
  })
})
