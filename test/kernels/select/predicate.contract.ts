// What predicates over text must do, whichever the implementation.
import { describe, expect, it } from 'vitest'
import type { SelectKernels } from '../../../src/kernels/select/kernels.ts'
import { boundFlag } from '../../../src/kernels/select/predicate.ts'
import { benchOf, lists, putCells, putPattern, putRows, putText, rowsAt } from './cells.fixture.ts'
import type { Bench, TestCell } from './cells.fixture.ts'

const text = (value: string): TestCell => ({ kind: 'text', text: value })
const escapedBit = 1 << 1

type Columns = [starts: number, ends: number, kinds: number, rows: number, count: number]

/** Runs a predicate over cells, all of them selected. */
function run(bench: Bench, cells: TestCell[], predicate: (columns: Columns, hits: number, odd: number) => number) {
  const { starts, ends, kinds } = putCells(bench, cells, 3)
  const rows = putRows(
    bench,
    cells.map((_, row) => row),
  )
  const { hits, unsettled, read } = lists(bench, cells.length)
  return read(predicate([starts, ends, kinds, rows.pointer, rows.count], hits, unsettled))
}

export function predicateContract(name: string, create: () => SelectKernels): void {
  describe(name, () => {
    it('merges and subtracts ascending lists', () => {
      const bench = benchOf(create())
      const { kernels } = bench
      const [a, b] = [putRows(bench, [1, 3, 5, 9]), putRows(bench, [0, 3, 4, 9, 12])]
      const out = putRows(bench, Array(10).fill(0)).pointer
      const merged = kernels.mergeSelections(a.pointer, a.count, b.pointer, b.count, out)
      expect(rowsAt(bench, out, merged)).toEqual([0, 1, 3, 4, 5, 9, 12])
      expect(rowsAt(bench, out, kernels.mergeSelections(a.pointer, a.count, b.pointer, 0, out))).toEqual([1, 3, 5, 9])
      const left = kernels.subtractSelection(a.pointer, a.count, b.pointer, b.count, out)
      expect(rowsAt(bench, out, left)).toEqual([1, 5])
      kernels.selectRange(out, 7, 4)
      expect(rowsAt(bench, out, 4)).toEqual([7, 8, 9, 10])
    })

    it('selects cells by kind', () => {
      const bench = benchOf(create())
      const cells: TestCell[] = (['null', 'text', 'missing', 'number', 'nested'] as const).map((kind) => ({
        kind,
        text: '',
      }))
      const found = run(bench, cells, ([, , kinds, rows, count], hits, odd) => {
        bench.arena.u32[odd / 4] = 0
        return bench.kernels.selectKinds(kinds, rows, count, (1 << 5) | (1 << 6), hits)
      })
      expect(found.hits).toEqual([0, 2])
    })

    it.each(['', 'a', 'Oslo', 'exactly8', 'Reykjavik', 'sixteen bytes ok', 'more than sixteen bytes here', 'é€𝄞'])(
      'finds what equals %j, and what does not',
      (wanted) => {
        const bench = benchOf(create())
        const { at, length } = putText(bench, wanted, 5)
        const cells: TestCell[] = [
          text(wanted),
          text(`${wanted}x`),
          text(`x${wanted}`),
          text(wanted.slice(1)),
          { kind: 'escaped', text: wanted },
          { kind: 'missing', text: '' },
          text(wanted),
        ]
        const equal = (negated: number) =>
          run(bench, cells, (columns, hits, odd) =>
            bench.kernels.selectEqual(...columns, at, length, negated, escapedBit, hits, odd),
          )
        const others = [1, 2, 3].filter((row) => cells[row]?.text !== wanted)
        expect(equal(0)).toEqual({
          hits: [0, 1, 2, 3, 6].filter((row) => cells[row]?.text === wanted),
          unsettled: [4],
        })
        expect(equal(1)).toEqual({ hits: others, unsettled: [4] })
      },
    )

    it('orders text by its bytes, a text before what it begins', () => {
      const bench = benchOf(create())
      const cells = ['', 'a', 'abcdefgh', 'abcdefghi', 'abcdefgz', 'b', 'é', '\ufffd', '𝄞', '~'].map(text)
      const between = (low: string, high: string, flags: number) => {
        const [from, to] = [putText(bench, low), putText(bench, high)]
        const found = run(bench, cells, (columns, hits, odd) =>
          bench.kernels.selectBetween(...columns, from.at, from.length, to.at, to.length, flags, 0, hits, odd),
        )
        return found.hits.map((row) => cells[row]?.text)
      }
      const { low, high, lowExclusive, highExclusive, negated } = boundFlag
      expect(between('abcdefgh', '', low)).toEqual(['abcdefgh', 'abcdefghi', 'abcdefgz', 'b', 'é', '\ufffd', '𝄞', '~'])
      expect(between('abcdefgh', 'b', low | high | lowExclusive | highExclusive)).toEqual(['abcdefghi', 'abcdefgz'])
      expect(between('a', 'b', low | high | negated)).toEqual(['', 'é', '\ufffd', '𝄞', '~'])
      expect(between('', '\ufffd', low | high | highExclusive | negated)).toEqual(['\ufffd', '𝄞'])
    })

    it.each([1, 3, 40])('finds members of a set of %i texts', (size) => {
      const bench = benchOf(create())
      const members = Array.from({ length: size }, (_, i) =>
        i === 0 ? '' : `member number ${i}`.slice(0, 9 + (i % 9)),
      )
      const pairs = members.flatMap((member, i) => {
        const { at, length } = putText(bench, member, i % 7)
        return [at, length]
      })
      const list = putRows(bench, pairs).pointer
      const set = bench.arena.allocate(bench.kernels.textSetBytes(size))
      bench.kernels.buildTextSet(list, size, set)
      const cells = [...members, 'no member', 'member number 1x', 'm'].map(text)
      const member = (negated: number) =>
        run(bench, cells, (columns, hits, odd) =>
          bench.kernels.selectInSet(...columns, set, negated, escapedBit, hits, odd),
        ).hits
      const isMember = (row: number) => members.includes(cells[row]?.text ?? '')
      expect(member(0)).toEqual(cells.flatMap((_, row) => (isMember(row) ? [row] : [])))
      expect(member(1)).toEqual(cells.flatMap((_, row) => (isMember(row) ? [] : [row])))
    })

    it.each([
      ['', ['']],
      ['%', ['', 'a', 'abc', 'xabcx', 'aéc', 'a', 'abcabd']],
      ['abc', ['abc']],
      ['a%', ['a', 'abc', 'aéc', 'a', 'abcabd']],
      ['%c', ['abc', 'aéc']],
      ['%bc%', ['abc', 'xabcx', 'abcabd']],
      ['a_c', ['abc', 'aéc']],
      ['%a_d', ['abcabd']],
      ['_', ['a', 'a']],
      ['a%b%d', ['abcabd']],
      ['%_c_%', ['xabcx', 'abcabd']],
      ['ab%bc', []],
    ])('matches LIKE %j', (pattern, expected) => {
      const bench = benchOf(create())
      const cells = ['', 'a', 'abc', 'xabcx', 'aéc', 'a', 'abcabd'].map(text)
      const at = putPattern(bench, pattern)
      const like = (negated: number) =>
        run(bench, cells, (columns, hits, odd) =>
          bench.kernels.selectLike(...columns, at, negated, escapedBit, hits, odd),
        ).hits.map((row) => cells[row]?.text)
      expect(like(0)).toEqual(expected)
      expect(like(1)).toEqual(cells.map((cell) => cell.text).filter((value) => !expected.includes(value)))
    })

    it('selects rows by the verdicts of their dictionary entries', () => {
      const bench = benchOf(create())
      const indices = putRows(bench, [0, 2, 1, 0, 9]).pointer
      const { kinds } = putCells(bench, [
        text(''),
        text(''),
        text(''),
        { kind: 'null', text: '' },
        { kind: 'null', text: '' },
      ])
      const table = putText(bench, new Uint8Array([1, 0, 2])).at
      const rows = putRows(bench, [0, 1, 2, 3, 4])
      const { hits, unsettled, read } = lists(bench, 5)
      const found = bench.kernels.selectByTable(indices, kinds, rows.pointer, rows.count, table, hits, unsettled)
      expect(read(found)).toEqual({ hits: [0], unsettled: [1] })
    })

    it.each([1, 63, 64, 65, 200, 1000])('selects those of %i rows that are of one dictionary entry', (count) => {
      const bench = benchOf(create())
      const entries = Array.from({ length: count + 3 }, (_, row) => (row * row + (row >> 3)) % 7)
      const indices = putRows(bench, entries).pointer
      const plain = entries.map(() => text(''))
      const nulls = entries.map((_, row) => (row % 50 === 10 ? { kind: 'null' as const, text: '' } : text('')))
      const dense = Array.from({ length: count }, (_, row) => row + 3)
      for (const cells of [plain, nulls]) {
        const { kinds } = putCells(bench, cells)
        for (const chosen of [dense, dense.filter((row) => row % 3 !== 1)]) {
          const rows = putRows(bench, chosen)
          const found = bench.kernels.selectByEntry(indices, kinds, rows.pointer, rows.count, 4, rows.pointer)
          const expected = chosen.filter((row) => entries[row] === 4 && cells[row]?.kind !== 'null')
          expect(rowsAt(bench, rows.pointer, found)).toEqual(expected)
        }
      }
    })

    it('may write the hits over the rows', () => {
      const bench = benchOf(create())
      const { at, length } = putText(bench, 'x')
      const { starts, ends, kinds } = putCells(bench, ['x', 'y', 'x', 'x'].map(text))
      const rows = putRows(bench, [0, 1, 3])
      const { unsettled } = lists(bench, 3)
      const found = bench.kernels.selectEqual(
        starts,
        ends,
        kinds,
        rows.pointer,
        rows.count,
        at,
        length,
        0,
        0,
        rows.pointer,
        unsettled,
      )
      expect(rowsAt(bench, rows.pointer, found)).toEqual([0, 3])
    })
  })
}
