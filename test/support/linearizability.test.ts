import { describe, expect, it } from 'vitest'
import { linearizabilityProblem, type Operation } from './linearizability.ts'

type Span = [start: number, end: number]

const read = ([start, end]: Span, seen: string | null): Operation => ({
  start,
  end,
  description: `read ${seen}`,
  apply: (state) => (state === seen ? state : undefined),
})

const write = ([start, end]: Span, value: string | null): Operation => ({
  start,
  end,
  description: `write ${value}`,
  apply: () => value,
})

/** A write that asks for an empty register. */
const create = ([start, end]: Span, value: string, won: boolean): Operation => ({
  start,
  end,
  description: `create ${value}: ${won ? 'won' : 'lost'}`,
  apply(state) {
    if (won) return state === null ? value : undefined
    return state === null ? undefined : state
  },
})

describe('linearizabilityProblem()', () => {
  it.each<[string, Operation[]]>([
    ['nothing', []],
    ['one after the other', [write([0, 1], 'a'), read([2, 3], 'a'), write([4, 5], null), read([6, 7], null)]],
    ['a read during a write that sees it', [write([0, 9], 'a'), read([1, 2], 'a')]],
    ['a read during a write that does not', [write([0, 9], 'a'), read([1, 2], null), read([3, 4], 'a')]],
    [
      'overlapping writes in either order',
      [write([0, 9], 'a'), write([0, 9], 'b'), read([10, 11], 'a'), read([12, 13], 'a')],
    ],
    ['one winner', [create([0, 9], 'a', true), create([0, 9], 'b', false), read([10, 11], 'a')]],
    ['a winner after a removal', [create([0, 1], 'a', true), write([2, 9], null), create([2, 9], 'b', true)]],
    ['an unanswered write that came later', [write([0, Infinity], 'a'), read([1, 2], null), read([3, 4], 'a')]],
    ['an unanswered write that never came', [write([0, Infinity], 'a'), read([1, 2], null), read([3, 4], null)]],
  ])('accepts %s', (_, history) => {
    expect(linearizabilityProblem(history)).toBeNull()
  })

  it.each<[string, Operation[]]>([
    ['a value from nowhere', [read([0, 1], 'a')]],
    ['a stale read', [write([0, 1], 'a'), write([2, 3], 'b'), read([4, 5], 'a')]],
    ['a lost write', [write([0, 1], 'a'), read([2, 3], null)]],
    ['a read that goes back', [write([0, 20], 'a'), read([1, 2], 'a'), read([3, 4], null)]],
    [
      'two reads that disagree on the order of writes',
      [write([0, 9], 'a'), write([0, 9], 'b'), read([10, 11], 'a'), read([12, 13], 'b')],
    ],
    ['two winners', [create([0, 9], 'a', true), create([0, 9], 'b', true)]],
    ['no winner', [create([0, 9], 'a', false), create([0, 9], 'b', false)]],
    ['a value before its write began', [read([0, 1], 'a'), write([2, 3], 'a')]],
    ['an unanswered write that went away', [write([0, Infinity], 'a'), read([1, 2], 'a'), read([3, 4], null)]],
  ])('refuses %s', (_, history) => {
    expect(linearizabilityProblem(history)).toContain('nothing explains')
  })

  it('copes with a long history of many clients', () => {
    const history: Operation[] = []
    for (let at = 0; at < 400; at += 1) {
      history.push(write([at, at + 3], `v${at}`))
      if (at % 4 === 3) history.push(read([at + 3.1, at + 3.5], `v${at}`))
    }
    expect(linearizabilityProblem(history)).toBeNull()
  })
})
