// Random JSON, cut into windows of every size: the kernels, the reference and JSON.parse agree.
// FUZZ_ROUNDS=60000 FUZZ_SEED=1 repeats a run.
import { describe, expect, it } from 'vitest'
import type { SelectKernels } from '../../../src/kernels/select/kernels.ts'
import { referenceKernels } from '../../../src/kernels/select/reference/index.ts'
import { wasmKernels } from '../../../src/kernels/select/wasm-kernels.ts'
import type { ColumnRef, PathStep } from '../../../src/select/bind/bound.ts'
import { readJsonUntilFault } from '../../support/json-records.ts'
import type { JsonReading } from '../../support/json-records.ts'

const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000)
const rounds = Number(process.env['FUZZ_ROUNDS'] ?? 400)
let state = seed

function below(limit: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return Math.floor((state / 2 ** 32) * limit)
}

const one = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item

const names = ['a', 'A', 'b', 'city', 'City', 'quantity', 'a longer name than a word', 'ä', 'Ä', '', '_1', 'x"y', '€']
const texts = [
  '',
  'x',
  'a"b',
  '\\',
  '\\\\"',
  'é€😀',
  '{"a":1}',
  ']:[',
  '\n\t\u0001',
  'plain text of some length that fills a block',
  '":',
  'a\\',
]

function blanks(): string {
  return below(4) === 0 ? one([' ', '  ', '\t', '\r\n', '\n', ' \n ']) : ''
}

/** A string of JSON; now and then with an escape that is not needed. */
function stringText(text: string): string {
  const quoted = JSON.stringify(text)
  if (below(12) !== 0 || text === '') return quoted
  const code = text.charCodeAt(0).toString(16).padStart(4, '0')
  return `"\\u${code}${JSON.stringify(text.slice(1)).slice(1)}`
}

function scalarText(): string {
  return one([
    () => stringText(one(texts)),
    () => String(below(100_000) - 50_000),
    () => one(['0', '-0', '1.5', '-2.25e10', '1E-3', '123456789012345678901234567890', '0.1234567890123456789', '-1']),
    () => one(['true', 'false', 'null']),
  ])()
}

function valueText(depth: number): string {
  const choice = below(depth > 4 ? 2 : 6)
  if (choice < 3) return scalarText()
  const count = below(5)
  if (choice === 3) {
    const items = Array.from({ length: count }, () => blanks() + valueText(depth + 1) + blanks())
    return `[${count === 0 ? blanks() : items.join(',')}]`
  }
  return objectText(depth, count)
}

function objectText(depth: number, count: number): string {
  const members = Array.from({ length: count }, () => {
    return `${blanks()}${stringText(one(names))}${blanks()}:${blanks()}${valueText(depth + 1)}${blanks()}`
  })
  return `{${count === 0 ? blanks() : members.join(',')}}`
}

function documentText(): string {
  let text = blanks()
  for (let count = below(6); count > 0; count--) {
    const isScalar = below(8) === 0
    text += isScalar ? `${scalarText()}\n` : objectText(0, below(8))
    text += one(['\n', '\n', '\n', '', ' ', '\r\n', '\n\n'])
  }
  return text
}

const step = (isFrom: boolean): PathStep => {
  const choice = below(isFrom ? 5 : 3)
  if (choice === 3) return { step: 'elements' }
  if (choice === 4) return { step: 'values' }
  if (choice === 2) return { step: 'index', index: below(3) }
  return { step: 'key', name: one(names), caseSensitive: below(2) === 0 }
}
const steps = (least: number, isFrom: boolean) => Array.from({ length: least + below(3) }, () => step(isFrom))

function randomColumns(): ColumnRef[] {
  return Array.from({ length: below(5) }, () => {
    return below(6) === 0 ? { by: 'record' } : { by: 'path', steps: steps(1, false) }
  })
}

interface Outcome {
  records: unknown[][]
  code: string | undefined
}

async function outcomeOf(text: string | Uint8Array, columns: ColumnRef[], reading: JsonReading): Promise<Outcome> {
  const { seen, error } = await readJsonUntilFault(text, columns, reading)
  const code = error === null ? undefined : (error as Error & { code?: string }).code
  // An error without a code is a mistake of ours.
  if (error !== null && code === undefined) throw error
  return { records: seen, code }
}

/** One instance for all rounds: what one scan leaves in memory must not show in the next. */
const reused = (make: () => SelectKernels) => {
  const kernels = make()
  return () => kernels
}

describe('JSON records', () => {
  const wasm = reused(wasmKernels)
  const reference = reused(referenceKernels)

  it(`are the same by all ways to read them (seed ${seed})`, async () => {
    for (let round = 0; round < rounds; round++) {
      const text = documentText()
      const columns = randomColumns()
      const from = below(2) === 0 ? [] : steps(0, true)
      const expected = await outcomeOf(text, columns, { kernels: reference, from })
      for (const windowBytes of [64 + below(64), 65_536]) {
        const vectors = one(['all', 'some', 'none'] as const)
        const actual = await outcomeOf(text, columns, { kernels: wasm, from, tuning: { windowBytes }, vectors })
        const facts = { round, text, columns, from, windowBytes, vectors }
        if (expected.code === undefined) expect({ ...facts, ...actual }).toEqual({ ...facts, ...expected })
        else expect({ ...facts, code: actual.code }).toEqual({ ...facts, code: expected.code })
      }
    }
  })

  it(`on lines of their own are the same when they are found by a key (seed ${seed})`, async () => {
    for (let round = 0; round < rounds; round++) {
      const rare = below(8) === 0
      const lines = Array.from({ length: 12 + below(30) }, () => {
        if (rare && below(20) === 0)
          return one(['', ' ', '[1]', '7', '{"a":1} {"a":2}', '{"a":1}{"b":2}', '{"a":{},\n"b":[{}]}'])
        const record = objectText(0, below(8)).replaceAll(/[\r\n]/g, ' ')
        return rare && below(9) === 0 ? `${record} ` : record
      })
      const text = lines.join(below(9) === 0 ? '\r\n' : '\n')
      const name = one(['a', 'City', 'quantity', 'a longer name than a word', '_1', 'b', 'city'])
      const columns: ColumnRef[] = [{ by: 'path', steps: [{ step: 'key', name, caseSensitive: below(2) === 0 }] }]
      const expected = await outcomeOf(text, columns, { kernels: reference, tuning: { literalFirst: false } })
      for (const kernels of below(9) === 0 ? [wasm, reference] : [wasm]) {
        const windowBytes = 100 + below(900)
        const actual = await outcomeOf(text, columns, { kernels, tuning: { windowBytes }, vectors: 'all' })
        const facts = { round, text, columns, windowBytes }
        if (expected.code === undefined) expect({ ...facts, ...actual }).toEqual({ ...facts, ...expected })
        else expect({ ...facts, code: actual.code }).toEqual({ ...facts, code: expected.code })
      }
    }
  })

  it(`are what JSON.parse gives (seed ${seed})`, async () => {
    for (let round = 0; round < rounds; round++) {
      const lines = Array.from({ length: below(20) }, () => valueText(2).replaceAll(/[\r\n]/g, ' '))
      const expected = lines.map((line) => [simplified(JSON.parse(line))])
      const { seen, error } = await readJsonUntilFault(lines.join('\n'), [{ by: 'record' }], { kernels: wasm })
      expect(error).toBeNull()
      expect({ lines, seen: simplified(seen) }).toEqual({ lines, seen: expected })
    }
  })

  it(`with damage never do harm (seed ${seed})`, async () => {
    for (let round = 0; round < rounds; round++) {
      const bytes = new TextEncoder().encode(documentText())
      for (let count = 1 + below(3); count > 0 && bytes.length > 0; count--) {
        bytes[below(bytes.length)] = one([0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d, 0x3a, 0x2c, 0x0a, 0xff, 0x79, 0x30])
      }
      const columns = randomColumns()
      const from = below(2) === 0 ? [] : steps(0, true)
      const whole = await outcomeOf(bytes, [{ by: 'record' }], { kernels: reference })
      const strict = await outcomeOf(bytes, columns, { kernels: reference, from })
      const lazy = await outcomeOf(bytes, columns, { kernels: wasm, from, tuning: { windowBytes: 64 + below(200) } })
      // What is JSON in spite of it is read alike.
      if (whole.code !== undefined) continue
      if (strict.code === undefined) expect({ round, lazy }).toEqual({ round, lazy: strict })
      else expect({ round, code: lazy.code }).toEqual({ round, code: strict.code })
    }
  })
})

/** Numbers as floats and the last of equal keys dropped, for the difference between the readers is known. */
function simplified(value: unknown): unknown {
  if (typeof value === 'string' && value.startsWith('decimal ')) return simplified(Number(value.slice(8)))
  if (Array.isArray(value)) return value.map(simplified)
  if (typeof value !== 'object' || value === null) return value === 0 ? 0 : value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, simplified(member)]))
}
