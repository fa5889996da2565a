// What aggregates and the table of groups must do, whichever the implementation.
import { describe, expect, it } from 'vitest'
import {
  extremeFlag,
  extremeState,
  floatState,
  plainExtremeState,
  sumState,
} from '../../../src/kernels/select/aggregate.ts'
import { groupTable, groupTag } from '../../../src/kernels/select/group.ts'
import type { SelectKernels } from '../../../src/kernels/select/kernels.ts'
import { numberFlag } from '../../../src/kernels/select/number.ts'
import { benchOf, putCells, putRows, rowsAt } from './cells.fixture.ts'
import type { Bench, TestCell } from './cells.fixture.ts'

const oddKinds = 0xff & ~((1 << 5) | (1 << 6))
const text = (value: string): TestCell => ({ kind: 'text', text: value })

/** Doubles in the units of their sums. */
const units = (value: number) => BigInt(value * 2 ** 128)

/** All rows of some cells, their groups, and zeroed states. */
function arrange(bench: Bench, cells: TestCell[], { stride, groups = [] }: { stride: number; groups?: number[] }) {
  const { starts, ends, kinds } = putCells(bench, cells, 5)
  const rows = putRows(bench, [...cells.keys()])
  const count = cells.length
  const list = groups.length === 0 ? 0 : putRows(bench, groups).pointer
  const groupCount = Math.max(1, ...groups.map((group) => group + 1))
  const states = bench.arena.allocate(stride * groupCount)
  bench.arena.u8.fill(0, states, states + stride * groupCount)
  const unsettled = putRows(bench, Array(count + 1).fill(0)).pointer
  const odd = () => rowsAt(bench, unsettled + 4, bench.arena.u32[unsettled / 4] ?? 0)
  return { starts, ends, kinds, rows: rows.pointer, count, groups: list, groupCount, states, unsettled, odd }
}

export function wholeAt({ arena }: Bench, address: number, words: number): bigint {
  let value = arena.i64[address / 8 + words - 1] ?? 0n
  for (let word = words - 2; word >= 0; word--) {
    value = (value << 64n) | BigInt.asUintN(64, arena.i64[address / 8 + word] ?? 0n)
  }
  return value
}

function textAt({ arena }: Bench, from: number, length: number): string {
  return new TextDecoder().decode(arena.u8.slice(from, from + length))
}

export function aggregateContract(name: string, create: () => SelectKernels): void {
  describe(name, () => {
    it('counts what is there, and rows', () => {
      const bench = benchOf(create())
      const cells: TestCell[] = [
        text('a'),
        { kind: 'null', text: '' },
        { kind: 'missing', text: '' },
        { kind: 'nested', text: '[]' },
      ]
      const { kinds, rows, count, groups, states } = arrange(bench, cells, { stride: 8, groups: [0, 0, 1, 1] })
      bench.kernels.countPresent(kinds, rows, count, groups, states, 8)
      expect([...bench.arena.i64.subarray(states / 8, states / 8 + 2)]).toEqual([1n, 1n])
      bench.kernels.countPresent(0, rows, count, 0, states, 8)
      expect(bench.arena.i64[states / 8]).toBe(5n)
    })

    it('adds numbers exactly at a scale that grows, and leaves the odd ones', () => {
      const bench = benchOf(create())
      const texts = ['1', '2.5', '-0.001', '999999999999999999', 'x', '1e3', '', '-0', '10']
      const cells = [
        ...texts.map(text),
        { kind: 'null', text: '' } satisfies TestCell,
        { kind: 'true', text: 'true' } satisfies TestCell,
      ]
      const groups = cells.map((_, i) => i % 2)
      const at = arrange(bench, cells, { stride: sumState.bytes, groups })
      const scale = putRows(bench, [0]).pointer
      bench.kernels.sumCells(
        at.starts,
        at.ends,
        at.kinds,
        at.rows,
        at.count,
        at.groups,
        at.states,
        sumState.bytes,
        at.groupCount,
        scale,
        0,
        oddKinds,
        at.unsettled,
      )
      expect(bench.arena.u32[scale / 4]).toBe(3)
      const sums = [0, 1].map((group) => wholeAt(bench, at.states + sumState.bytes * group, 2))
      // 999999999999999999 has no room at scale 3.
      expect(sums).toEqual([1_000n - 1n + 10_000n, 2_500n])
      expect(at.odd().map((position) => cells[position]?.text)).toEqual([
        '999999999999999999',
        'x',
        '1e3',
        '',
        '-0',
        'true',
      ])
      const counts = [0, 1].map((group) => bench.arena.i64[(at.states + sumState.bytes * group + sumState.count) / 8])
      expect(counts).toEqual([3n, 1n])
    })

    it('adds beyond 64 bits', () => {
      const bench = benchOf(create())
      const at = arrange(bench, Array(300).fill(text('-999999999999999999')), { stride: sumState.bytes })
      const scale = putRows(bench, [0]).pointer
      for (let round = 0; round < 2; round++) {
        bench.kernels.sumCells(
          at.starts,
          at.ends,
          at.kinds,
          at.rows,
          at.count,
          0,
          at.states,
          sumState.bytes,
          1,
          scale,
          numberFlag.cast,
          oddKinds,
          at.unsettled,
        )
      }
      expect(wholeAt(bench, at.states, 2)).toBe(-600n * 999_999_999_999_999_999n)
    })

    it('adds doubles exactly', () => {
      const bench = benchOf(create())
      const values = [
        0.1,
        0.2,
        -0.3,
        1e15,
        -1e15,
        123_456.789,
        2 ** -75,
        -(2 ** 62),
        0,
        NaN,
        1e300,
        -0,
        5e-324,
        2 ** -129,
      ]
      const at = arrange(
        bench,
        values.map(() => ({ kind: 'number', text: '' })),
        { stride: floatState.bytes },
      )
      const vector = bench.arena.allocate(8 * values.length)
      bench.arena.f64.set(values, vector / 8)
      bench.kernels.sumFloats(vector, at.kinds, at.rows, at.count, 0, at.states, floatState.bytes, at.unsettled)
      const exact = values.slice(0, 9).reduce((sum, value) => sum + units(value), 0n)
      expect(wholeAt(bench, at.states, 4)).toBe(exact)
      expect(at.odd()).toEqual([9, 10, 11, 12, 13])
      expect(bench.arena.i64[(at.states + floatState.count) / 8]).toBe(9n)
    })

    it('adds cells as doubles', () => {
      const bench = benchOf(create())
      const at = arrange(bench, ['0.1', '-7', '1234.5678901', 'no', '1e1'].map(text), { stride: floatState.bytes })
      bench.kernels.sumCellsAsFloats(
        at.starts,
        at.ends,
        at.kinds,
        at.rows,
        at.count,
        0,
        at.states,
        floatState.bytes,
        numberFlag.cast,
        oddKinds,
        at.unsettled,
      )
      expect(wholeAt(bench, at.states, 4)).toBe(units(0.1) + units(-7) + units(1234.5678901))
      expect(at.odd()).toEqual([3, 4])
    })

    it('keeps the least and the greatest, as numbers and as text', () => {
      const bench = benchOf(create())
      const cells = ['10', '9', '-1.5', 'abc', '', 'b', '1e9'].map(text)
      const at = arrange(bench, cells, { stride: 2 * extremeState.bytes })
      const room = bench.arena.allocate(256)
      const heap = putRows(bench, [room, room + 256]).pointer
      bench.arena.u32[at.unsettled / 4] = 0
      const stopped = bench.kernels.extremeCells(
        at.starts,
        at.ends,
        at.kinds,
        at.rows,
        at.count,
        0,
        0,
        at.states,
        2 * extremeState.bytes,
        3,
        0,
        oddKinds,
        heap,
        at.unsettled,
      )
      expect(stopped).toBe(cells.length)
      expect(at.odd()).toEqual([6])
      const { arena } = bench
      const kept = [0, extremeState.bytes].map((offset) => {
        const word = (field: number) => arena.u32[(at.states + offset + field) / 4] ?? 0
        return {
          flags: word(extremeState.flags),
          number: textAt(bench, at.states + offset + extremeState.numberText, word(extremeState.numberLength)),
          text: textAt(bench, word(extremeState.text), word(extremeState.textLength)),
        }
      })
      const flags = extremeFlag.number | extremeFlag.text | extremeFlag.noNumber
      expect(kept).toEqual([
        { flags, number: '-1.5', text: '' },
        { flags, number: '10', text: 'b' },
      ])
    })

    it('stops where there is no room for a text, and goes on from there', () => {
      const bench = benchOf(create())
      const at = arrange(bench, ['a', 'b'.repeat(100), 'c'].map(text), { stride: extremeState.bytes })
      const room = bench.arena.allocate(512)
      const heap = putRows(bench, [room, room + 64]).pointer
      bench.arena.u32[at.unsettled / 4] = 0
      const run = (from: number) =>
        bench.kernels.extremeCells(
          at.starts,
          at.ends,
          at.kinds,
          at.rows,
          at.count,
          from,
          0,
          at.states,
          extremeState.bytes,
          2,
          0,
          oddKinds,
          heap,
          at.unsettled,
        )
      expect(run(0)).toBe(1)
      bench.arena.u32.set([room + 64, room + 512], heap / 4)
      expect(run(1)).toBe(3)
      expect(bench.arena.u32[(at.states + extremeState.textLength) / 4]).toBe(1)
    })

    it('keeps the extremes of integers and doubles', () => {
      const bench = benchOf(create())
      const at = arrange(
        bench,
        ['number', 'number', 'null', 'number'].map((kind) => ({ kind, text: '' })) as TestCell[],
        { stride: plainExtremeState.bytes },
      )
      const vector = bench.arena.allocate(64)
      bench.arena.i64.set([5n, -7n, -100n, 2n], vector / 8)
      bench.kernels.extremeIntegers(vector, at.kinds, at.rows, at.count, 0, at.states, plainExtremeState.bytes, 0)
      expect(bench.arena.i64[at.states / 8]).toBe(-7n)
      bench.arena.u8.fill(0, at.states, at.states + plainExtremeState.bytes)
      bench.arena.f64.set([0.5, NaN, 9, 7.25], vector / 8)
      bench.kernels.extremeFloats(
        vector,
        at.kinds,
        at.rows,
        at.count,
        0,
        at.states,
        plainExtremeState.bytes,
        1,
        at.unsettled,
      )
      expect(bench.arena.f64[at.states / 8]).toBe(7.25)
      expect(at.odd()).toEqual([1])
    })

    it('finds groups of cells, in the order of their appearance', () => {
      const bench = benchOf(create())
      const cells: TestCell[] = [
        text('a'),
        text(''),
        { kind: 'null', text: '' },
        text('a'),
        { kind: 'missing', text: '' },
        { kind: 'number', text: '1' },
        text('1'),
        text('a longer key than a slot holds'),
        { kind: 'true', text: 'true' },
        text('a longer key than a slot holds'),
        { kind: 'number', text: '1.0' },
      ]
      const { starts, ends, kinds } = putCells(bench, cells, 3)
      const rows = putRows(bench, [...cells.keys()])
      const groups = putRows(bench, Array(cells.length + 1).fill(0)).pointer
      const table = newTable(bench, 1)
      const columns = putRows(bench, [starts, ends, kinds, 0]).pointer
      const stopped = bench.kernels.groupRows(table, columns, rows.pointer, rows.count, 0, groups)
      // 1.0 is not the one way to write it.
      expect(stopped).toBe(10)
      expect(rowsAt(bench, groups, 10)).toEqual([0, 1, 2, 0, 2, 3, 4, 5, 6, 5])
      const key = putRows(bench, [groupTag.number, 1, 0x31]).pointer
      expect(bench.kernels.groupOfKey(table, key, 9)).toBe(3)
    })

    it('finds groups of whole numbers, the same as of numbers in cells', () => {
      const bench = benchOf(create())
      const values = [7n, -120n, 0n, 7n, 999_999_999_999_999_999n, 10n ** 18n]
      const cells = values.map((value): TestCell => ({ kind: 'number', text: String(value) }))
      const { starts, ends, kinds } = putCells(bench, cells)
      const vector = bench.arena.allocate(8 * values.length)
      bench.arena.i64.set(values, vector / 8)
      const rows = putRows(bench, [...values.keys()])
      const groups = putRows(bench, Array(values.length + 1).fill(0)).pointer
      const table = newTable(bench, 1)
      const whole = putRows(bench, [vector, 0, kinds, 0]).pointer
      expect(bench.kernels.groupRows(table, whole, rows.pointer, rows.count, 0, groups)).toBe(5)
      expect(rowsAt(bench, groups, 5)).toEqual([0, 1, 2, 0, 3])
      const written = putRows(bench, [starts, ends, kinds, 0]).pointer
      expect(bench.kernels.groupRows(table, written, rows.pointer, rows.count, 0, groups)).toBe(5)
      expect(rowsAt(bench, groups, 5)).toEqual([0, 1, 2, 0, 3])
    })

    it('finds the group of an entry of a dictionary once', () => {
      const bench = benchOf(create())
      const cells = putCells(bench, [text('a'), text('b'), { kind: 'number', text: '1.0' }, text('a')])
      const entries = putRows(bench, [1, 0, 0xffffffff, 1, 3, 2, 0]).pointer
      const [groups, memo] = [putRows(bench, Array(8).fill(0)).pointer, putRows(bench, Array(6).fill(0)).pointer]
      const table = newTable(bench, 1)
      const columns = putRows(bench, [cells.starts, cells.ends, cells.kinds, entries]).pointer
      const run = (from: number) => bench.kernels.groupEntries(table, columns, memo, entries, 7, from, groups)
      expect([run(0), rowsAt(bench, groups, 5), rowsAt(bench, memo, 5)]).toEqual([5, [0, 1, 2, 0, 1], [3, 2, 1, 0, 2]])
      expect([run(6), rowsAt(bench, groups + 24, 1)]).toEqual([7, [1]])
    })

    it('has no room beyond its slots, until it grows', () => {
      const bench = benchOf(create())
      const cells = Array.from({ length: 9 }, (_, i) => text(`key ${i}`))
      const { starts, ends, kinds } = putCells(bench, cells)
      const rows = putRows(bench, [...cells.keys()])
      const groups = putRows(bench, Array(10).fill(0)).pointer
      const table = newTable(bench, 1)
      bench.kernels.initGroups(table, bench.arena.allocate(24 * 8), 8, bench.arena.allocate(4 * 32))
      const columns = putRows(bench, [starts, ends, kinds, 0]).pointer
      const run = (from: number) => bench.kernels.groupRows(table, columns, rows.pointer, rows.count, from, groups)
      expect(run(0)).toBe(4)
      const keys = bench.arena.u32[(table + groupTable.keys) / 4] ?? 0
      bench.kernels.growGroups(table, bench.arena.allocate(24 * 32), 32, keys)
      expect(run(4)).toBe(9)
      expect(run(0)).toBe(9)
      expect(rowsAt(bench, groups, 9)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    })

    it('reads entries of dictionaries, with and without nulls', () => {
      const bench = benchOf(create())
      const { kinds } = putCells(
        bench,
        ['text', 'null', 'text', 'text'].map((kind) => ({ kind, text: '' })) as TestCell[],
      )
      const indices = putRows(bench, [7, 9, 8, 7]).pointer
      const rows = putRows(bench, [0, 1, 3])
      const [out, groupsOut, positions] = [0, 1, 2].map(() => putRows(bench, [0, 0, 0, 0]).pointer) as [
        number,
        number,
        number,
      ]
      bench.kernels.entriesOfRows(indices, kinds, rows.pointer, 3, out)
      expect(rowsAt(bench, out, 3)).toEqual([7, 0xffffffff, 7])
      const groups = putRows(bench, [4, 5, 6]).pointer
      expect(bench.kernels.presentEntries(indices, kinds, rows.pointer, 3, groups, out, groupsOut, positions)).toBe(2)
      expect([rowsAt(bench, out, 2), rowsAt(bench, groupsOut, 2), rowsAt(bench, positions, 2)]).toEqual([
        [7, 7],
        [4, 6],
        [0, 2],
      ])
    })
  })
}

/** A table with room for keys of `parts` parts. */
export function newTable({ arena, kernels }: Bench, parts: number): number {
  const table = arena.allocate(groupTable.bytes)
  const heap = arena.allocate(65_536)
  kernels.initGroups(table, arena.allocate(24 * 256), 256, arena.allocate(4 * 128))
  arena.u32[(table + groupTable.keyCount) / 4] = parts
  arena.u32[(table + groupTable.heapNext) / 4] = heap
  arena.u32[(table + groupTable.heapEnd) / 4] = heap + 65_536
  return table
}
