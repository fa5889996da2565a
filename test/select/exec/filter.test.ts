// WHERE by kernels against WHERE evaluated record by record: the same lines, and the same first error.
import { describe, expect, it } from 'vitest'
import { referenceKernels } from '../../../src/kernels/select/reference/index.ts'
import { wasmKernels } from '../../../src/kernels/select/wasm-kernels.ts'
import { randomOf } from '../../kernels/select/cells.fixture.ts'
import { linesOf } from './engine.fixture.ts'
import type { TestTable } from './engine.fixture.ts'
import { randomTable } from './random-table.fixture.ts'

const people: TestTable = {
  names: ['name', 'city', 'qty'],
  rows: [
    ['Ann', 'Oslo', '10'],
    ['Bob', 'Reykjavik', '9.5'],
    ['Cid', null, '-3'],
    ['Dag', undefined, ''],
    ['Eve', 'Oslo', 'many'],
    ['Été', { escaped: 'O"slo' }, { number: '1e1' }],
    ['𝄞', true, { number: '12345678901234567890' }],
  ],
}

const wasm = wasmKernels()

describe('WHERE', () => {
  it.each([
    [`city = 'Oslo'`, ['Ann', 'Eve']],
    [`city <> 'Oslo'`, ['Bob', 'Été']],
    [`NOT (city = 'Oslo')`, ['Bob', 'Été']],
    [`city = 'O"slo'`, ['Été']],
    [`city IS NULL`, ['Cid', 'Dag']],
    [`city IS MISSING`, ['Dag']],
    [`NOT (city IS MISSING OR qty > 5)`, ['Cid']],
    [`qty > 5`, ['Ann', 'Bob', 'Été', '𝄞']],
    [`qty = 10`, ['Ann', 'Été']],
    [`qty BETWEEN -3 AND 9.5`, ['Bob', 'Cid']],
    [`qty NOT BETWEEN -3 AND 9.5`, ['Ann', 'Été', '𝄞']],
    [`qty IN (9.5, 12345678901234567890)`, ['Bob', '𝄞']],
    [`name >= 'E'`, ['Eve', 'Été', '𝄞']],
    [`name LIKE '_v_' OR name LIKE 'É%'`, ['Eve', 'Été']],
    [`name LIKE '_'`, ['𝄞']],
    [`name IN ('Bob', 'Dag', 'x')`, ['Bob', 'Dag']],
    [`name NOT IN ('Bob', NULL)`, []],
    [`(qty > 9 AND name < 'C') OR city = 'Oslo'`, ['Ann', 'Bob', 'Eve']],
    [`qty <> '' AND qty <> 'many' AND CAST(qty AS DECIMAL) < 10`, ['Bob', 'Cid']],
    [`CHAR_LENGTH(name) = 1`, ['𝄞']],
    [`name > 'B' AND CAST(qty AS INT) > 5`, ['CastFailed']],
    [`name > 'Z' AND CAST(qty AS FLOAT) > 5`, ['Été', '𝄞']],
    [`5 < qty AND TRUE`, ['Ann', 'Bob', 'Été', '𝄞']],
  ])('%s', async (where, expected) => {
    const expression = `SELECT name FROM S3Object WHERE ${where}`
    for (const kernels of [wasm, referenceKernels()]) {
      for (const batchRows of [1, 3, 1000]) {
        for (const vectorised of [true, false]) {
          const lines = await linesOf(expression, people, { kernels, vectorised, batchRows })
          expect(lines, JSON.stringify({ batchRows, vectorised })).toEqual(expected)
        }
      }
    }
  })

  it('stops at LIMIT before a record that fails', async () => {
    for (const vectorised of [true, false]) {
      const expression = 'SELECT name FROM S3Object WHERE CAST(qty AS DECIMAL) > 0 LIMIT 2'
      expect(await linesOf(expression, people, { kernels: wasm, vectorised })).toEqual(['Ann', 'Bob'])
    }
  })

  it('lets through the same records as the evaluation one by one, for random conditions', async () => {
    const seed = Date.now() & 0xfffff
    for (let round = 0; round < 400; round++) {
      const random = randomOf(seed + round)
      const table = randomTable(random)
      const expression = `SELECT a, b, c FROM S3Object WHERE ${randomCondition(random, 3)} ${random(4) === 0 ? 'LIMIT 3' : ''}`
      const batchRows = [1, 7, 1000][random(3)] ?? 1
      const expected = await linesOf(expression, table, { kernels: wasm, vectorised: false, batchRows })
      const found = await linesOf(expression, table, { kernels: wasm, batchRows })
      expect(found, `seed ${seed + round}: ${expression}`).toEqual(expected)
    }
  })
})

function randomCondition(random: (limit: number) => number, depth: number): string {
  const pick = <T>(...options: T[]) => options[random(options.length)] as T
  if (depth > 0 && random(2) === 0) {
    const [left, right] = [randomCondition(random, depth - 1), randomCondition(random, depth - 1)]
    return pick(`(${left} AND ${right})`, `(${left} OR ${right})`, `NOT (${left})`)
  }
  const column = pick('a', 'b', 'c')
  const operand = random(4) === 0 ? `CAST(${column} AS ${pick('INT', 'FLOAT', 'DECIMAL')})` : column
  const constant = () => pick(`'a'`, `'ab'`, `'7'`, `''`, '1', '7', '-2.0', '3.5', '10', '1e1', 'NULL')
  return pick(
    `${operand} ${pick('=', '<>', '<', '<=', '>', '>=')} ${constant()}`,
    `${constant()} ${pick('=', '<', '>=')} ${operand}`,
    `${operand} ${pick('', 'NOT ')}BETWEEN ${constant()} AND ${constant()}`,
    `${operand} ${pick('', 'NOT ')}IN (${constant()}, ${constant()})`,
    `${column} ${pick('', 'NOT ')}LIKE ${pick(`'a%'`, `'%b%'`, `'_b%'`, `'%1'`, `'b!%' ESCAPE '!'`, `''`, `'%'`)}`,
    `${column} IS ${pick('', 'NOT ')}${pick('NULL', 'MISSING')}`,
  )
}
