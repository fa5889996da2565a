import { describe, expect, it } from 'vitest'
import { matchesStrongly, matchesWeakly, parseEntityTags, unquoteEntityTag } from '../../src/http/etag.ts'

const strong = (tag: string): { tag: string; isWeak: boolean } => ({ tag, isWeak: false })
const weak = (tag: string): { tag: string; isWeak: boolean } => ({ tag, isWeak: true })

describe('parseEntityTags()', () => {
  const table: [header: string, expected: ReturnType<typeof parseEntityTags>][] = [
    ['*', '*'],
    [' * ', '*'],
    ['"a"', [strong('a')]],
    ['a', [strong('a')]],
    ['W/"a"', [weak('a')]],
    ['"a", "b" ,W/"c",d', [strong('a'), strong('b'), weak('c'), strong('d')]],
    ['"a,b"', [strong('a,b')]],
    ['"open', [strong('open')]],
    ['""', [strong('')]],
    ['', []],
    [' , ,', []],
  ]
  for (const [header, expected] of table) {
    it(`reads ${JSON.stringify(header)}`, () => expect(parseEntityTags(header)).toEqual(expected))
  }
})

describe('matching', () => {
  it('never matches a weak tag strongly', () => {
    expect(matchesStrongly([weak('a')], 'a')).toBe(false)
    expect(matchesWeakly([weak('a')], 'a')).toBe(true)
  })
  it('is case-sensitive', () => expect(matchesWeakly([strong('A')], 'a')).toBe(false))
  it('lets the star match anything', () => expect(matchesStrongly('*', 'a')).toBe(true))
})

describe('unquoteEntityTag()', () => {
  it('takes one pair of quotes away', () => {
    expect(unquoteEntityTag(' "a" ')).toBe('a')
    expect(unquoteEntityTag('a')).toBe('a')
    expect(unquoteEntityTag('"')).toBe('"')
  })
})
