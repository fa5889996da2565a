import { describe, expect, it } from 'vitest'
import { isFieldValue, isToken, listMembers } from '../../src/http/headers.ts'

describe('listMembers()', () => {
  it('splits at commas and drops what is empty', () => expect(listMembers(' a,, b ,')).toEqual(['a', 'b']))
  it('is empty for nothing', () => expect(listMembers('')).toEqual([]))
})

describe('isFieldValue()', () => {
  it('refuses line breaks and NUL', () => {
    for (const text of ['a\nb', 'a\rb', 'a\0b', '\u007f']) expect(isFieldValue(text)).toBe(false)
  })
  it('takes tabs and everything beyond ASCII', () => expect(isFieldValue('a\tb é 🙂')).toBe(true))
})

describe('isToken()', () => {
  it('knows field names', () => {
    expect(isToken('x-amz-meta-a.b')).toBe(true)
    for (const text of ['', 'a b', 'a:b', 'é']) expect(isToken(text)).toBe(false)
  })
})
