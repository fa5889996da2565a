import { describe, expect, it } from 'vitest'
import { foldCase, lowerAscii } from '../../src/iam/fold-case.ts'

describe('lowerAscii()', () => {
  it('changes the letters of ASCII only', () => {
    expect(lowerAscii('S3:GetObjecT-[Z]')).toBe('s3:getobject-[z]')
    // The Kelvin sign and the dotted capital I, whose lower cases are ASCII or have it.
    expect(lowerAscii('\u212a\u0130É')).toBe('\u212a\u0130É')
  })
})

describe('foldCase()', () => {
  const same: [string, string][] = [
    ['Alice', 'aLICE'],
    ['ÉTÉ', 'été'],
    ['ΣΑΣ', 'σασ'],
    ['Ж1', 'ж1'],
    ['', ''],
  ]
  for (const [a, b] of same) it(`takes ${a} for ${b}`, () => expect(foldCase(a)).toBe(foldCase(b)))

  it('takes nothing outside of ASCII for something inside', () => {
    for (let code = 0x80; code < 0x1_0000; code++) {
      const character = String.fromCharCode(code)
      if (/[\0-\x7f]/.test(foldCase(character))) expect(character).toBe('folds into ASCII')
    }
    expect(foldCase('\u212a')).not.toBe(foldCase('k'))
    expect(foldCase('\u017f')).not.toBe(foldCase('s'))
  })
})
