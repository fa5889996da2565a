// Aggregates, groups, DISTINCT and ORDER BY: by kernels, by references and one record after the other.
import { describe, expect, it } from 'vitest'
import { referenceKernels } from '../../../src/kernels/select/reference/index.ts'
import { wasmKernels } from '../../../src/kernels/select/wasm-kernels.ts'
import { randomOf } from '../../kernels/select/cells.fixture.ts'
import { linesOf } from './engine.fixture.ts'
import type { TestTable } from './engine.fixture.ts'
import { randomTable } from './random-table.fixture.ts'

const wasm = wasmKernels()
const reference = referenceKernels()

async function everyWay(expression: string, table: TestTable, expected: string[]): Promise<void> {
  for (const kernels of [wasm, reference]) {
    for (const batchRows of [1, 3, 1000]) {
      for (const vectorised of [true, false]) {
        const lines = await linesOf(expression, table, { kernels, vectorised, batchRows })
        expect(lines, JSON.stringify({ batchRows, vectorised, reference: kernels === reference })).toEqual(expected)
      }
    }
  }
}

const sales: TestTable = {
  names: ['city', 'qty', 'price'],
  rows: [
    ['Oslo', '10', '1.50'],
    ['Rome', '007', '2'],
    ['Oslo', '-3', '0.25'],
    [null, '5', null],
    ['Rome', undefined, '1e1'],
    [undefined, '1', '12345678901234567890.5'],
    [{ escaped: 'Os"lo' }, '2', '0.1'],
  ],
}

describe('aggregates', () => {
  it.each([
    ['COUNT(*)', '7'],
    ['COUNT(city), COUNT(qty)', '5|6'],
    ['SUM(qty)', '22'],
    ['SUM(qty), AVG(qty)', '22|3.6666666666666666666666666666666666667'],
    ['SUM(price)', '12345678901234567904.35'],
    ['SUM(CAST(qty AS INT)), SUM(CAST(qty AS DECIMAL)), SUM(CAST(qty AS FLOAT))', '22|22|22'],
    ['SUM(CAST(price AS FLOAT))', '12345678901234567000'],
    ['MIN(qty), MAX(qty)', '-3|10'],
    ['MIN(city), MAX(city)', 'Os"lo|Rome'],
    ['MIN(price), MAX(price)', '0.1|12345678901234567890.5'],
    ['MIN(CAST(qty AS INT)), MAX(CAST(qty AS FLOAT))', '-3|10'],
    ['COUNT(DISTINCT city), SUM(DISTINCT qty)', '3|22'],
    ['SUM(qty + 1), MAX(CHAR_LENGTH(city))', '28|5'],
  ])('%s', async (list, expected) => {
    await everyWay(`SELECT ${list} FROM S3Object`, sales, [expected])
  })

  it('give one row for no records', async () => {
    const none = { ...sales, rows: [] }
    await everyWay('SELECT COUNT(*), COUNT(city), SUM(qty), MIN(city) FROM S3Object', none, ['0|0|null|null'])
  })

  it('fail as the first record that fails does', async () => {
    const table = {
      names: ['a', 'b'],
      rows: [
        ['1', '2'],
        ['3', 'x'],
        ['true', '4'],
      ],
    }
    await everyWay('SELECT SUM(a), SUM(CAST(b AS INT)) FROM S3Object', table, ['CastFailed'])
    const beyond = { names: ['a'], rows: [['9223372036854775807'], ['1']] }
    await everyWay('SELECT SUM(a) FROM S3Object', beyond, ['IntegerOverflow'])
  })

  it('keep the least and the greatest text however long', async () => {
    const rows = ['b', 'a'.repeat(100_000), `a${'b'.repeat(70_000)}`, 'c'].map((text) => [text])
    await everyWay('SELECT CHAR_LENGTH(MIN(a)), MAX(a) FROM S3Object', { names: ['a'], rows }, ['100000|c'])
  })
})

describe('GROUP BY', () => {
  it.each([
    ['SELECT city, COUNT(*) FROM S3Object GROUP BY city', ['Oslo|2', 'Rome|2', 'null|2', 'Os"lo|1']],
    [
      'SELECT city, SUM(qty), MIN(price), MAX(qty) FROM S3Object GROUP BY city',
      ['Oslo|7|0.25|10', 'Rome|7|2|7', 'null|6|12345678901234567890.5|5', 'Os"lo|2|0.1|2'],
    ],
    ['SELECT CHAR_LENGTH(city) AS n, COUNT(*) FROM S3Object GROUP BY n', ['4|4', 'null|2', '5|1']],
    ['SELECT city FROM S3Object GROUP BY city HAVING COUNT(*) > 1 ORDER BY city DESC', ['Rome', 'Oslo', 'null']],
    ['SELECT SUM(qty) AS s FROM S3Object GROUP BY city ORDER BY s LIMIT 2 OFFSET 1', ['6', '7']],
    ['SELECT city, qty, COUNT(*) FROM S3Object GROUP BY city, qty HAVING qty > 5', ['Oslo|10|1', 'Rome|007|1']],
    ['SELECT DISTINCT SUM(qty) FROM S3Object GROUP BY city', ['7', '6', '2']],
  ])('%s', async (expression, expected) => {
    await everyWay(expression, sales, expected)
  })

  it('takes numbers for one key whatever their writing, and text for itself', async () => {
    const texts = ['1', '1.0', '10e-1', '01']
    const rows = [...texts.map((number) => [{ number }]), ...texts.map((text) => [text])]
    await everyWay('SELECT a, COUNT(*) FROM S3Object GROUP BY a', { names: ['a'], rows }, [
      '1|4',
      '1|1',
      '1.0|1',
      '10e-1|1',
      '01|1',
    ])
  })

  it('grows with the groups, and their keys', async () => {
    const rows = Array.from({ length: 9000 }, (_, i) => [`key ${i % 6000}`.repeat((i % 3) + 1), String(i)])
    const table = { names: ['k', 'v'], rows }
    const expression = 'SELECT k, COUNT(*), SUM(v), MIN(v), MAX(k) FROM S3Object GROUP BY k'
    const expected = await linesOf(expression, table, { kernels: wasm, vectorised: false })
    expect(expected).toHaveLength(6000)
    expect(await linesOf(expression, table, { kernels: wasm })).toEqual(expected)
  })
})

describe('DISTINCT and ORDER BY', () => {
  it.each([
    ['SELECT DISTINCT city FROM S3Object', ['Oslo', 'Rome', 'null', 'Os"lo']],
    ['SELECT DISTINCT city FROM S3Object LIMIT 2', ['Oslo', 'Rome']],
    ['SELECT DISTINCT city FROM S3Object ORDER BY city', ['Os"lo', 'Oslo', 'Rome', 'null']],
    ['SELECT qty FROM S3Object ORDER BY CAST(qty AS INT)', ['-3', '1', '2', '5', '007', '10', 'missing']],
    ['SELECT qty FROM S3Object ORDER BY CAST(qty AS INT) DESC LIMIT 3', ['10', '007', '5']],
    ['SELECT qty FROM S3Object ORDER BY CAST(qty AS INT) NULLS FIRST LIMIT 2 OFFSET 1', ['-3', '1']],
    ['SELECT city, qty FROM S3Object ORDER BY city, CAST(qty AS INT) LIMIT 3', ['Os"lo|2', 'Oslo|-3', 'Oslo|10']],
    ['SELECT * FROM S3Object ORDER BY CAST(qty AS INT) LIMIT 1', ['Oslo|-3|0.25']],
    ['SELECT city FROM S3Object LIMIT 2 OFFSET 3', ['null', 'Rome']],
    ['SELECT city FROM S3Object LIMIT 0', []],
  ])('%s', async (expression, expected) => {
    await everyWay(expression, sales, expected)
  })

  it('keeps the first rows of many, the earlier of equal ones', async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => [String((i * 7919) % 100), String(i)])
    const sorted = rows.map(([a, b]) => ({ a: Number(a), b: Number(b) })).sort((x, y) => y.a - x.a || x.b - y.b)
    await everyWay(
      'SELECT a, b FROM S3Object ORDER BY CAST(a AS INT) DESC LIMIT 120',
      { names: ['a', 'b'], rows },
      sorted.slice(0, 120).map(({ a, b }) => `${a}|${b}`),
    )
  })
})

describe('random queries', () => {
  it('answer the same by kernels and one record after the other', async () => {
    const seed = Date.now() & 0xfffff
    const lists = [
      'a, COUNT(*), COUNT(b), MIN(b), MAX(b)',
      'a, SUM(CAST(b AS FLOAT)), AVG(CAST(b AS DECIMAL))',
      'a, SUM(b), AVG(c)',
      'a, MIN(CAST(b AS DECIMAL)), MAX(CAST(c AS INT))',
    ]
    for (let round = 0; round < 400; round++) {
      const random = randomOf(seed + round)
      const table = randomTable(random)
      const list = lists[random(lists.length)] ?? ''
      const expression =
        random(2) === 0
          ? `SELECT ${list} FROM S3Object GROUP BY a`
          : `SELECT ${list.replace(/^a, /, '')} FROM S3Object WHERE b <> '' AND c > -100`
      const batchRows = [1, 7, 1000][random(3)] ?? 1
      const expected = await linesOf(expression, table, { kernels: wasm, vectorised: false, batchRows })
      expect(
        await linesOf(expression, table, { kernels: wasm, batchRows }),
        `seed ${seed + round}: ${expression}`,
      ).toEqual(expected)
    }
  })
})
