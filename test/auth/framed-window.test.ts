import { describe, expect, it } from 'vitest'
import { BodySource } from '../../src/auth/body-source.ts'
import { DigestSet } from '../../src/auth/digest-set.ts'
import { FramedWindow } from '../../src/auth/framed-window.ts'
import { bytes, outcome, streamOf } from './doubles.ts'

function windowOver(...pieces: string[]): FramedWindow {
  return new FramedWindow(new BodySource(streamOf(...pieces.map(bytes))), 64, new DigestSet([]))
}

describe('FramedWindow', () => {
  it('takes lines and bytes in turn, over the borders of its buffer', async () => {
    const window = windowOver(`5\r\n${'x'.repeat(100)}\r`, '\nend')
    expect(await window.line(8)).toEqual({ text: '5', complete: true })
    let copied = 0
    while (copied < 100) copied += await window.copyInto(new Uint8Array(100 - copied))
    expect(await window.line(8)).toEqual({ text: '', complete: true })
    expect(await window.line(8)).toEqual({ text: 'end', complete: false })
    expect(await window.isAtEnd()).toBe(true)
    expect(await window.copyInto(new Uint8Array(1))).toBe(0)
  })

  it.each([
    ['of just the limit', `${'1'.repeat(30)}\r\n`, { text: '1'.repeat(30), complete: true }],
    ['one byte longer', `${'1'.repeat(31)}\r\n`, 'IncompleteBody'],
    ['without an end', '1'.repeat(32), 'IncompleteBody'],
  ])('a line %s', async (_name, text, expected) => {
    const found = windowOver(text).line(32)
    if (typeof expected === 'string') expect(await outcome(found)).toMatchObject({ code: expected })
    else expect(await found).toEqual(expected)
  })
})
