import { describe, expect, it } from 'vitest'
import { referenceKernels } from '../../../src/kernels/select/reference/index.ts'
import { wasmKernels } from '../../../src/kernels/select/wasm-kernels.ts'
import type { SelectKernels } from '../../../src/kernels/select/kernels.ts'
import { benchOf, lists, putCells, putPattern, putRows, putText, randomOf } from './cells.fixture.ts'
import type { TestCell } from './cells.fixture.ts'
import { numberContract } from './number.contract.ts'
import { predicateContract } from './predicate.contract.ts'

predicateContract('predicates over text in WebAssembly', wasmKernels)
predicateContract('predicates over text, reference', referenceKernels)
numberContract('predicates over numbers in WebAssembly', wasmKernels)
numberContract('predicates over numbers, reference', referenceKernels)

const kindNames = ['text', 'escaped', 'number', 'true', 'false', 'null', 'missing', 'nested'] as const

function randomCells(random: (limit: number) => number): TestCell[] {
  const alphabet = random(2) === 0 ? ['a', 'b', 'é', '_'] : ['0', '1', '9', '.', '-', 'e']
  return Array.from({ length: random(60) }, (): TestCell => {
    const length = random(4) === 0 ? random(40) : random(6)
    const text = Array.from({ length }, () => alphabet[random(alphabet.length)]).join('')
    return { kind: random(8) === 0 ? (kindNames[random(8)] ?? 'text') : random(4) === 0 ? 'number' : 'text', text }
  })
}

/** Every predicate over the same random cells: what it finds, as plain data. */
function findings(kernels: SelectKernels, seed: number) {
  const random = randomOf(seed)
  const bench = benchOf(kernels)
  const cells = randomCells(random)
  const { starts, ends, kinds } = putCells(bench, cells, random(64))
  const rows = putRows(
    bench,
    [...cells.keys()].filter(() => random(5) > 0),
  )
  const { hits, unsettled, read } = lists(bench, rows.count)
  const columns = [starts, ends, kinds, rows.pointer, rows.count] as const
  const pick = () => cells[random(cells.length || 1)]?.text ?? ''
  const low = putText(bench, pick(), random(16))
  const high = putText(bench, pick(), random(16))
  const texts = [low, high, putText(bench, pick())]
  const list = putRows(
    bench,
    texts.flatMap(({ at, length }) => [at, length]),
  ).pointer
  const set = bench.arena.allocate(kernels.textSetBytes(3))
  kernels.buildTextSet(list, 3, set)
  const pattern = putPattern(
    bench,
    `${random(2) ? '%' : ''}${pick().slice(0, 3)}${random(2) ? '%' : '_'}${pick().slice(0, 2)}${random(2) ? '%' : ''}`,
  )
  const [odd, negated, flags] = [random(256), random(2), random(32)]
  const numberFlags = random(128)
  const doubles = [-10, 0, 1, 9, 10, 11.5]
  const listed = bench.arena.allocate(64)
  bench.arena.f64.set(doubles, listed / 8)
  const [from, to] = [doubles[random(6)] ?? 0, doubles[random(6)] ?? 0]
  return {
    equal: read(kernels.selectEqual(...columns, low.at, low.length, negated, odd, hits, unsettled)),
    between: read(
      kernels.selectBetween(...columns, low.at, low.length, high.at, high.length, flags, odd, hits, unsettled),
    ),
    inSet: read(kernels.selectInSet(...columns, set, negated, odd, hits, unsettled)),
    like: read(kernels.selectLike(...columns, pattern, negated, odd, hits, unsettled)),
    numbers: read(kernels.selectNumbers(...columns, from, to, numberFlags, odd, hits, unsettled)),
    numbersIn: read(kernels.selectNumbersIn(...columns, listed, 6, numberFlags, odd, hits, unsettled)),
  }
}

describe('the WebAssembly predicates', () => {
  it('find what the reference finds in random cells at every alignment', () => {
    const seed = Date.now() & 0xfffff
    const [wasm, reference] = [wasmKernels(), referenceKernels()]
    for (let round = 0; round < 600; round++) {
      expect(findings(wasm, seed + round), `seed ${seed + round}`).toEqual(findings(reference, seed + round))
    }
  })
})
