import { describe, expect, it } from 'vitest'
import { extremeState, floatState, sumState } from '../../../src/kernels/select/aggregate.ts'
import { groupTable } from '../../../src/kernels/select/group.ts'
import type { SelectKernels } from '../../../src/kernels/select/kernels.ts'
import { referenceKernels } from '../../../src/kernels/select/reference/index.ts'
import { wasmKernels } from '../../../src/kernels/select/wasm-kernels.ts'
import { aggregateContract, newTable, wholeAt } from './aggregate.contract.ts'
import { benchOf, putCells, putRows, randomOf, rowsAt } from './cells.fixture.ts'
import type { TestCell } from './cells.fixture.ts'

aggregateContract('aggregates in WebAssembly', wasmKernels)
aggregateContract('aggregates, reference', referenceKernels)

const kindNames = ['text', 'number', 'null', 'missing', 'true', 'escaped'] as const

function randomCell(random: (limit: number) => number): TestCell {
  const digits = (length: number) => Array.from({ length }, () => random(10)).join('')
  const texts = [
    digits(1 + random(19)),
    `${random(2) ? '-' : ''}${digits(1 + random(9))}.${digits(1 + random(9))}`,
    'ab'.repeat(random(12)),
    '',
  ]
  const kind = random(8) === 0 ? (kindNames[random(6)] ?? 'text') : 'text'
  return { kind, text: texts[random(random(6) === 0 ? 4 : 2)] ?? '' }
}

/** What all kernels leave of the same random cells in random groups, as plain data. */
function findings(kernels: SelectKernels, seed: number) {
  const random = randomOf(seed)
  const bench = benchOf(kernels)
  const { arena } = bench
  const cells = Array.from({ length: random(80) }, () => randomCell(random))
  const { starts, ends, kinds } = putCells(bench, cells, random(64))
  const rows = putRows(
    bench,
    [...cells.keys()].filter(() => random(6) > 0),
  )
  const count = rows.count
  const columns = [starts, ends, kinds, rows.pointer, count] as const
  const groupCount = 1 + random(4)
  const groups = putRows(
    bench,
    Array.from({ length: count }, () => random(groupCount)),
  ).pointer
  const unsettled = putRows(bench, Array(count + 2).fill(0)).pointer
  const odd = () => rowsAt(bench, unsettled + 4, arena.u32[unsettled / 4] ?? 0)
  const statesOf = (stride: number) => {
    const states = arena.allocate(stride * groupCount)
    arena.u8.fill(0, states, states + stride * groupCount)
    return states
  }
  const each = <T>(states: number, stride: number, read: (state: number) => T) =>
    Array.from({ length: groupCount }, (_, group) => read(states + stride * group))
  const flags = [0, 32, 96][random(3)] ?? 0
  const oddKinds = random(256)

  const sums = statesOf(sumState.bytes)
  const scale = putRows(bench, [0]).pointer
  kernels.sumCells(...columns, groups, sums, sumState.bytes, groupCount, scale, flags, oddKinds, unsettled)
  const sumsLeft = odd()
  const floats = statesOf(floatState.bytes)
  kernels.sumCellsAsFloats(...columns, groups, floats, floatState.bytes, flags, oddKinds, unsettled)
  const floatsLeft = odd()
  const extremes = statesOf(2 * extremeState.bytes)
  const room = arena.allocate(65_536)
  const heap = putRows(bench, [room, room + 65_536]).pointer
  arena.u32[unsettled / 4] = 0
  kernels.extremeCells(...columns, 0, groups, extremes, 2 * extremeState.bytes, 3, flags, oddKinds, heap, unsettled)
  const word = (address: number) => arena.u32[address / 4] ?? 0
  const textAt = (at: number, length: number) => String.fromCharCode(...arena.u8.subarray(at, at + length))

  const table = newTable(bench, 1)
  const described = putRows(bench, [starts, ends, kinds, 0]).pointer
  const reached = kernels.groupRows(table, described, rows.pointer, count, 0, groups)
  return {
    sums: each(sums, sumState.bytes, (state) => [wholeAt(bench, state, 2), arena.i64[state / 8 + 2], word(state + 24)]),
    scale: word(scale),
    sumsLeft,
    floats: each(floats, floatState.bytes, (state) => [wholeAt(bench, state, 4), arena.i64[state / 8 + 4]]),
    floatsLeft,
    extremes: each(extremes, extremeState.bytes * 2, (first) =>
      [first, first + extremeState.bytes].map((state) => [
        word(state + extremeState.flags),
        textAt(state + extremeState.numberText, word(state + extremeState.numberLength)),
        textAt(word(state + extremeState.text), word(state + extremeState.textLength)),
      ]),
    ),
    extremesLeft: odd(),
    groups: [reached, word(table + groupTable.groupCount), ...rowsAt(bench, groups, reached)],
  }
}

describe('the WebAssembly aggregates', () => {
  it('leave the states that the reference leaves, for random cells and groups', () => {
    const seed = Date.now() & 0xfffff
    const [wasm, reference] = [wasmKernels(), referenceKernels()]
    for (let round = 0; round < 400; round++) {
      expect(findings(wasm, seed + round), `seed ${seed + round}`).toEqual(findings(reference, seed + round))
    }
  })
})
