// What predicates over numbers must do, whichever the implementation.
import { describe, expect, it } from 'vitest'
import type { SelectKernels } from '../../../src/kernels/select/kernels.ts'
import { numberFlag } from '../../../src/kernels/select/number.ts'
import { boundFlag } from '../../../src/kernels/select/predicate.ts'
import { benchOf, lists, putCells, putRows } from './cells.fixture.ts'
import type { Bench, TestCell } from './cells.fixture.ts'

const { low, high, lowExclusive, highExclusive, negated } = boundFlag

function numbersBetween(
  bench: Bench,
  cells: TestCell[],
  bounds: { from?: number; to?: number; flags: number; odd?: number },
) {
  const { starts, ends, kinds } = putCells(bench, cells, 1)
  const rows = putRows(bench, [...cells.keys()])
  const { hits, unsettled, read } = lists(bench, cells.length)
  const { from = 0, to = 0, flags, odd = 0 } = bounds
  const found = read(
    bench.kernels.selectNumbers(starts, ends, kinds, rows.pointer, rows.count, from, to, flags, odd, hits, unsettled),
  )
  const texts = (list: number[]) => list.map((row) => cells[row]?.text)
  return { hits: texts(found.hits), unsettled: texts(found.unsettled) }
}

const cells = (texts: string[]) => texts.map((text): TestCell => ({ kind: 'text', text }))

export function numberContract(name: string, create: () => SelectKernels): void {
  describe(name, () => {
    const plain = [
      '0',
      '7',
      '-7',
      '+7',
      '007',
      '12345678',
      '123456789',
      '999999999999999',
      '1.5',
      '-1.50',
      '0.000001',
      '1234567.89',
    ]
    const none = ['', 'abc', '12a', 'x1', ' 1', '1 ', '2020-01-01x', '-', '.', '1,5', '１']
    const odd = [
      '1e3',
      '-0',
      '.5',
      '5.',
      '1000000000000000',
      '12345678901234567890',
      '1-2',
      '0.0000000000000000001',
      '1.2.3',
    ]

    it('reads whole texts as numbers, drops those that are none and leaves the odd ones', () => {
      const bench = benchOf(create())
      const found = numbersBetween(bench, cells([...plain, ...none, ...odd]), { flags: 0 })
      expect(found).toEqual({ hits: plain, unsettled: odd })
    })

    it('leaves undecided what a cast would fail on or cut off', () => {
      const bench = benchOf(create())
      const found = numbersBetween(bench, cells([...none, '5', '1.5']), {
        flags: numberFlag.cast | numberFlag.wholeOnly,
      })
      expect(found).toEqual({ hits: ['5'], unsettled: [...none, '1.5'] })
    })

    it.each([
      ['above', { from: 7, flags: low | lowExclusive }, ['12345678', '123456789', '999999999999999', '1234567.89']],
      ['from 1.5 to 7', { from: 1.5, to: 7, flags: low | high }, ['7', '+7', '007', '1.5']],
      ['below', { to: -1.5, flags: high }, ['-7', '-1.50']],
      ['other than 7', { from: 7, to: 7, flags: low | high | negated }, plain.filter((text) => !/^[+0]*7$/.test(text))],
      ['between exclusively', { from: 0, to: 1.5, flags: low | high | lowExclusive | highExclusive }, ['0.000001']],
    ])('selects numbers %s', (_, bounds, expected) => {
      expect(numbersBetween(benchOf(create()), cells(plain), bounds).hits).toEqual(expected)
    })

    it('takes JSON numbers like text and leaves other kinds as it is told', () => {
      const bench = benchOf(create())
      const mixed: TestCell[] = [
        { kind: 'number', text: '12' },
        { kind: 'escaped', text: 'e' },
        { kind: 'null', text: '' },
        { kind: 'true', text: 'true' },
        { kind: 'number', text: '1E2' },
      ]
      const found = numbersBetween(bench, mixed, { flags: 0, odd: 1 << 1 })
      expect(found).toEqual({ hits: ['12'], unsettled: ['e', '1E2'] })
    })

    it('finds numbers in a list', () => {
      const bench = benchOf(create())
      const list = bench.arena.allocate(64)
      bench.arena.f64.set([-7, 1.5, 7, 1e9], list / 8)
      const { starts, ends, kinds } = putCells(bench, cells(plain))
      const rows = putRows(bench, [...plain.keys()])
      const { hits, unsettled, read } = lists(bench, plain.length)
      const find = (flags: number) =>
        read(
          bench.kernels.selectNumbersIn(
            starts,
            ends,
            kinds,
            rows.pointer,
            rows.count,
            list,
            4,
            flags,
            0,
            hits,
            unsettled,
          ),
        ).hits.map((row) => plain[row])
      const members = ['7', '-7', '+7', '007', '1.5']
      expect(find(0)).toEqual(members)
      expect(find(negated)).toEqual(plain.filter((text) => !members.includes(text)))
    })

    it('selects integers and doubles of vectors, never null', () => {
      const bench = benchOf(create())
      const { arena, kernels } = bench
      const [integers, floats, bounds] = [arena.allocate(64), arena.allocate(64), arena.allocate(64)]
      arena.i64.set([5n, -(2n ** 63n), 2n ** 63n - 1n, 0n], integers / 8)
      arena.f64.set([0.5, -1e300, 7, 0, NaN], floats / 8)
      arena.i64.set([0n, 2n ** 63n - 1n], bounds / 8)
      const { kinds } = putCells(
        bench,
        ['number', 'number', 'number', 'null', 'number'].map((kind) => ({ kind, text: '' })) as TestCell[],
      )
      const rows = putRows(bench, [0, 1, 2, 3, 4])
      const { hits, unsettled, read } = lists(bench, 5)
      arena.u32[unsettled / 4] = 0
      const hitsOf = (found: number) => read(found).hits
      expect(hitsOf(kernels.selectIntegers(integers, kinds, rows.pointer, 4, bounds, 0, hits))).toEqual([0, 2])
      expect(hitsOf(kernels.selectIntegers(integers, kinds, rows.pointer, 4, bounds, 1, hits))).toEqual([1])
      expect(hitsOf(kernels.selectIntegersIn(integers, kinds, rows.pointer, 4, bounds, 2, 0, hits))).toEqual([2])
      expect(hitsOf(kernels.selectIntegersIn(integers, kinds, rows.pointer, 4, bounds, 2, 1, hits))).toEqual([0, 1])
      expect(hitsOf(kernels.selectFloats(floats, kinds, rows.pointer, 5, 0.5, 0, low, hits))).toEqual([0, 2])
      expect(hitsOf(kernels.selectFloats(floats, kinds, rows.pointer, 5, 0.5, 0, low | negated, hits))).toEqual([1])
    })
  })
}
