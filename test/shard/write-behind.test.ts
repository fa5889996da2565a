import { describe, expect, it } from 'vitest'
import {
  aheadAfterWrites,
  aheadHoldMilliseconds,
  aheadMillisecondsMax,
  aheadMutationsMax,
  aheadPauseMilliseconds,
} from '../../src/limits.ts'
import { WriteBehind, type Announcement } from '../../src/shard/write-behind.ts'

/** Writes so often, a millisecond apart: which of them announce. */
function writes(behind: WriteBehind, from: number, count: number): boolean[] {
  return Array.from({ length: count }, (_, index) => behind.announces(from + index))
}

const plain = (seq: number): Announcement => ({ seq })
const ahead = (seq: number): Announcement => ({ seq, ahead: true })

describe('announces()', () => {
  it('begins with the write that makes a stream of them', () => {
    const announced = writes(new WriteBehind(), 0, aheadAfterWrites + 2)
    expect(announced.indexOf(true)).toBe(aheadAfterWrites - 1)
    expect(announced.slice(aheadAfterWrites)).toEqual([true, true])
  })

  it('begins anew after a pause', () => {
    const behind = new WriteBehind()
    writes(behind, 0, aheadAfterWrites)
    const last = aheadAfterWrites - 1
    expect(behind.announces(last + aheadPauseMilliseconds - 1)).toBe(true)
    expect(behind.isIdle(last + 2 * aheadPauseMilliseconds - 2)).toBe(false)
    expect(behind.isIdle(last + 2 * aheadPauseMilliseconds - 1)).toBe(true)
    expect(behind.announces(last + 2 * aheadPauseMilliseconds - 1)).toBe(false)
  })

  it('stops while it is held, however many writes come', () => {
    const behind = new WriteBehind()
    writes(behind, 0, aheadAfterWrites)
    behind.hold(100)
    for (let now = 100; now < 100 + aheadHoldMilliseconds; now += 500) expect(behind.announces(now)).toBe(false)
    expect(behind.announces(100 + aheadHoldMilliseconds)).toBe(true)
  })
})

describe('mayAnswer()', () => {
  const backlog = { depth: 1, oldest: 0 }
  type Step = ['queued' | 'acknowledged', Announcement]

  it.each<[string, Step[], boolean]>([
    ['nothing was written', [], false],
    [
      'nothing was announced',
      [
        ['queued', plain(1)],
        ['acknowledged', plain(1)],
        ['queued', plain(2)],
      ],
      false,
    ],
    [
      'the announcement is not acknowledged',
      [
        ['queued', plain(1)],
        ['acknowledged', plain(1)],
        ['queued', ahead(2)],
      ],
      false,
    ],
    [
      'it is',
      [
        ['queued', ahead(2)],
        ['acknowledged', ahead(2)],
        ['queued', ahead(3)],
      ],
      true,
    ],
    [
      'it was taken back',
      [
        ['queued', ahead(2)],
        ['acknowledged', ahead(2)],
        ['queued', plain(3)],
      ],
      false,
    ],
    [
      'it was taken back, and announced again in vain so far',
      [
        ['queued', ahead(2)],
        ['acknowledged', ahead(2)],
        ['queued', plain(3)],
        ['queued', ahead(4)],
      ],
      false,
    ],
    [
      'it is acknowledged after it was taken back',
      [
        ['queued', ahead(2)],
        ['queued', plain(3)],
        ['acknowledged', ahead(2)],
        ['queued', ahead(4)],
      ],
      false,
    ],
    [
      'what took it back is acknowledged, and so is the next announcement',
      [
        ['queued', ahead(2)],
        ['queued', plain(3)],
        ['acknowledged', plain(3)],
        ['queued', ahead(4)],
        ['acknowledged', ahead(4)],
      ],
      true,
    ],
  ])('%s', (_, steps, expected) => {
    const behind = new WriteBehind()
    for (const [step, mutation] of steps) behind[step](mutation)
    expect(behind.mayAnswer(0, backlog)).toBe(expected)
  })

  it.each<[string, { depth: number; oldest: number | null }, boolean]>([
    ['nothing waits', { depth: 0, oldest: null }, true],
    ['as many wait as may', { depth: aheadMutationsMax, oldest: 5_000 }, true],
    ['more wait', { depth: aheadMutationsMax + 1, oldest: 5_000 }, false],
    ['one has waited as long as it may', { depth: 1, oldest: 5_000 - aheadMillisecondsMax }, true],
    ['one has waited longer', { depth: 1, oldest: 4_999 - aheadMillisecondsMax }, false],
  ])('%s', (_, waiting, expected) => {
    const behind = new WriteBehind()
    behind.queued(ahead(1))
    behind.acknowledged(ahead(1))
    expect(behind.mayAnswer(5_000, waiting)).toBe(expected)
  })
})

it('knows what the newest mutation said, once there was one', () => {
  const behind = new WriteBehind()
  expect(behind.announced).toBeNull()
  behind.queued({ seq: 1, ahead: true })
  expect(behind.announced).toBe(true)
  behind.queued({ seq: 2 })
  expect(behind.announced).toBe(false)
})
