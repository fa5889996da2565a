import { describe, expect, it } from 'vitest'
import { compileLike } from '../../../src/select/value/like.ts'
import { randomFrom } from '../../support/random.ts'

function isLike(text: string, pattern: string, options: { escape?: string; ranges?: boolean } = {}): boolean {
  return compileLike(pattern, { escape: options.escape ?? null, ranges: options.ranges ?? false })(text)
}

describe('compileLike()', () => {
  it.each([
    ['', '', true],
    ['', '%', true],
    ['a', '', false],
    ['abc', 'abc', true],
    ['abc', 'ABC', false],
    ['abc', 'a%', true],
    ['abc', '%c', true],
    ['abc', '%b%', true],
    ['abc', 'a_c', true],
    ['abc', '___', true],
    ['abc', '__', false],
    ['abc', '_%_', true],
    ['a', '_%_', false],
    ['aXbXc', '%X%X%', true],
    ['aXb', '%X%X%', false],
    ['ab', 'ab%ab', false],
    ['abab', 'ab%ab', true],
    ['😀', '_', true],
    ['😀', '__', false],
    ['x😀y', '%_y', true],
    ['a😀b', '%a_b%', true],
    ['a\nb', 'a_b', true],
    ['.*', '.*', true],
    ['xx', '.*', false],
    ['[a]', '[a]', true],
    ['mississippi', '%iss%ippi', true],
    ['mississippi', 'm%iss_%pp_', true],
  ])('%j LIKE %j is %s', (text, pattern, expected) => expect(isLike(text, pattern)).toBe(expected))

  it.each([
    ['100%', '100\\%', '\\', true],
    ['1000', '100\\%', '\\', false],
    ['a_b', 'a!_b', '!', true],
    ['a!b', 'a!!b', '!', true],
    ['%', '%%', '%', true],
    ['😀_', '_😀_', '😀', true],
    ['x_', '_😀_', '😀', true],
  ])('%j LIKE %j ESCAPE %j', (text, pattern, escape, expected) => {
    expect(isLike(text, pattern, { escape })).toBe(expected)
  })

  it.each([
    ['abc', '', 'LikeInvalidInputs'],
    ['abc', '\\\\', 'LikeInvalidInputs'],
    ['a\\bc', '\\', 'EvaluatorLikePatternInvalidEscapeSequence'],
    ['abc\\', '\\', 'EvaluatorLikePatternInvalidEscapeSequence'],
  ])('refuses %j ESCAPE %j with %s', (pattern, escape, code) => {
    expect(() => isLike('x', pattern, { escape })).toThrow(expect.objectContaining({ code }))
  })

  it.each([
    ['xyz', '%y[y-z]', true],
    ['xya', '%y[y-z]', false],
    ['b', '[abc]', true],
    ['d', '[^abc]', true],
    ['a', '[^abc]', false],
    ['-', '[a-]', true],
    ['[', '[', true],
    ['[]', '[]', true],
    ['q5x', '%[0-9]x%', true],
  ])('%j LIKE %j with sets is %s', (text, pattern, expected) => {
    expect(isLike(text, pattern, { ranges: true })).toBe(expected)
  })

  it('agrees with a matcher that tries everything', () => {
    const seed = Date.now() % 1_000_000
    const below = randomFrom(seed)
    const pick = (letters: string[]) => letters[below(letters.length)] ?? ''
    const text = (letters: string[], most: number) => Array.from({ length: below(most) }, () => pick(letters)).join('')
    for (let round = 0; round < 20_000; round++) {
      const value = text(['a', 'a', 'b', '😀'], 14)
      const pattern = text(['a', 'a', 'b', '%', '_', '😀', '%a_'], 8)
      expect(isLike(value, pattern), `seed ${seed}: ${value} LIKE ${pattern}`).toBe(
        naive(Array.from(value), Array.from(pattern)),
      )
    }
  })

  it('finds long literals and long segments with _', () => {
    const literal = `${'ab'.repeat(200)}c`
    expect(isLike(`x${'ab'.repeat(500)}c`, `%${literal}%`)).toBe(true)
    expect(isLike(`x${'ab'.repeat(500)}`, `%${literal}%`)).toBe(false)
    const wild = `${'ab'.repeat(50)}_c`
    expect(isLike(`x${'ab'.repeat(500)}-cx`, `%${wild}%`)).toBe(true)
    expect(isLike(`x${'ab'.repeat(500)}-dx`, `%${wild}%`)).toBe(false)
  })

  it('finds long literals that repeat themselves', () => {
    const seed = Date.now() % 1_000_000
    const below = randomFrom(seed)
    const letters = (count: number) => Array.from({ length: count }, () => 'ab'[below(2)]).join('')
    for (let round = 0; round < 500; round++) {
      const period = letters(1 + below(12))
      const literal = period.repeat(60).slice(0, 260 + below(100)) + letters(below(4))
      const text = Array.from(
        { length: 12 },
        () => literal.slice(below(20), below(literal.length + 1)) + letters(below(3)),
      )
      const whole = text.join('') + (below(2) === 0 ? literal : '')
      expect(isLike(whole, `%${literal}%`), `seed ${seed}: ${literal}`).toBe(whole.includes(literal))
    }
  })

  it.each([
    ['%a%a%a%a%b', 'a'],
    [`%${'a'.repeat(60_000)}b%`, 'a'],
    [`%b${'a'.repeat(60_000)}%`, 'a'],
    [`%${'a'.repeat(200)}_${'a'.repeat(200)}b%`, 'a'],
    [`${'%a_'.repeat(1000)}%b`, 'a'],
    [`${'%'.repeat(100_000)}b`, 'a'],
    [`${'%_'.repeat(100_000)}b`, 'a'],
  ])('is quick with the pattern %.20s over a megabyte', (pattern, letter) => {
    const text = letter.repeat(1_000_000)
    const started = performance.now()
    expect(isLike(text, pattern)).toBe(false)
    expect(performance.now() - started).toBeLessThan(1500)
  })

  it('refuses a segment that would cost too much', () => {
    expect(() => isLike('a', `%${'a_'.repeat(1000)}%`)).toThrow(expect.objectContaining({ code: 'LikeInvalidInputs' }))
    expect(isLike('a'.repeat(2000), 'a_'.repeat(1000))).toBe(true)
    expect(isLike('a'.repeat(2001), `%${'_'.repeat(2000)}%`)).toBe(true)
  })
})

function naive(text: string[], pattern: string[]): boolean {
  const [first, ...rest] = pattern
  if (first === undefined) return text.length === 0
  if (first === '%') return naive(text, rest) || (text.length > 0 && naive(text.slice(1), pattern))
  return text.length > 0 && (first === '_' || first === text[0]) && naive(text.slice(1), rest)
}
