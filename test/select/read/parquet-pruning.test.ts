import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import type { Bound } from '../../../src/select/bind/bound.ts'
import { Decimal } from '../../../src/select/value/decimal.ts'
import { Timestamp } from '../../../src/select/value/timestamp.ts'
import type { Value } from '../../../src/select/value/value.ts'
import { randomFrom } from '../../support/random.ts'
import { duckParquet, parquetOf, readParquet } from './parquet.fixture.ts'
import type { WriteColumns } from './parquet.fixture.ts'

const column = (number: number): Bound => ({ op: 'column', column: number })
const literal = (value: Value): Bound => ({ op: 'literal', value })
const compare = (operator: '=' | '<>' | '<' | '<=' | '>' | '>=', number: number, value: Value): Bound => {
  return { op: 'compare', operator, left: column(number), right: literal(value) }
}
const and = (...operands: Bound[]): Bound => ({ op: 'and', operands })
const or = (...operands: Bound[]): Bound => ({ op: 'or', operands })
const hint = (condition: Bound) => ({ hints: [{ hint: 'condition' as const, condition }] })

/** Ten row groups of 2,048 rows: number, text, decimal, day, and a column of nulls in every other row group. */
const sorted = () =>
  duckParquet(
    `SELECT i, printf('k%06d', i) AS text, (i / 100)::DECIMAL(12, 2) AS money, DATE '2020-01-01' + i::INT AS day,
       CASE WHEN (i // 2048) % 2 = 0 THEN NULL ELSE i * 0.5::DOUBLE END AS half
     FROM range(20480) t(i)`,
    'row_group_size 2048',
  )

const day = (days: number) =>
  new Timestamp({ nanoseconds: BigInt(days) * 86_400_000_000_000n, precision: 'day', offsetMinutes: null })

describe('pruning by statistics of row groups', () => {
  const since2020 = 18_262
  const all = Array.from({ length: 10 }, (_, group) => group)
  const odd = [1, 3, 5, 7, 9]

  const cases: [name: string, condition: Bound, groups: number[]][] = [
    ['= a number', compare('=', 0, 5000n), [2]],
    ['= a number written as decimal', compare('=', 0, new Decimal(50000n, 1)), [2]],
    ['= nothing there', compare('=', 0, -1n), []],
    ['<', compare('<', 0, 2048n), [0]],
    ['<=', compare('<=', 0, 2048n), [0, 1]],
    ['>', compare('>', 0, 18_431n), [9]],
    ['>=', compare('>=', 0, 18_431n), [8, 9]],
    ['a literal on the left', { op: 'compare', operator: '>', left: literal(2048n), right: column(0) }, [0]],
    ['<>, which nothing is known of', compare('<>', 0, 5000n), all],
    ['text', compare('=', 1, 'k005000'), [2]],
    ['text by order', compare('>=', 1, 'k0184'), [8, 9]],
    ['a decimal', compare('=', 2, new Decimal(500000n, 4)), [2]],
    ['a day', compare('=', 3, day(since2020 + 5000)), [2]],
    ['a number that is a float', compare('>', 4, 9300), [9]],
    [
      'BETWEEN',
      { op: 'between', operand: column(0), low: literal(2000n), high: literal(2100n), negated: false },
      [0, 1],
    ],
    ['NOT BETWEEN', { op: 'between', operand: column(0), low: literal(0n), high: literal(1n), negated: true }, all],
    ['IN', { op: 'in', operand: column(0), options: [literal(1n), literal(9000n)], negated: false }, [0, 4]],
    ['IN with NULL', { op: 'in', operand: column(0), options: [literal(1n), literal(null)], negated: false }, all],
    ['IS NULL', { op: 'is', operand: column(4), what: 'null', negated: false }, [0, 2, 4, 6, 8]],
    ['IS NOT NULL', { op: 'is', operand: column(4), what: 'null', negated: true }, odd],
    ['IS MISSING', { op: 'is', operand: column(4), what: 'missing', negated: false }, all],
    ['AND', and(compare('>', 0, 4096n), compare('<', 0, 6000n)), [2]],
    ['OR', or(compare('=', 0, 1n), compare('=', 1, 'k020000')), [0, 9]],
    ['OR with what is not known', or(compare('=', 0, 1n), compare('<>', 0, 5n)), all],
    ['text compared with a number', compare('=', 1, 5000n), all],
    ['a number compared with text', compare('=', 0, '5000'), all],
    ['a day compared with text', compare('=', 3, '2020-01-01'), all],
    ['NOT', { op: 'not', operand: compare('=', 0, 5000n) }, all],
    ['two columns', { op: 'compare', operator: '=', left: column(0), right: column(4) }, all],
  ]

  it('reads only the row groups that may have wanted rows', async () => {
    const bytes = await sorted()
    for (const [name, condition, groups] of cases) {
      const { rows } = await readParquet(bytes, hint(condition))
      const found = new Set(rows.map(([number]) => Math.floor(Number.parseInt(String(number), 10) / 2048)))
      expect([...found], name).toEqual(groups)
      expect(rows, name).toHaveLength(groups.length * 2048)
    }
  })

  it('reads the bytes of those alone', async () => {
    // Larger than what is read for the footer.
    const query = 'SELECT i, md5(i::VARCHAR) AS noise FROM range(204800) t(i)'
    const bytes = await duckParquet(query, 'row_group_size 20480')
    const whole = await readParquet(bytes, { looksAt: () => false })
    const some = await readParquet(bytes, { ...hint(compare('=', 0, 50_000n)), looksAt: () => false })
    const none = await readParquet(bytes, { ...hint(compare('=', 0, -1n)), looksAt: () => false })
    expect(none.scanned).toBe(65_536)
    expect(whole.scanned).toBeGreaterThan(0.98 * bytes.length)
    expect(some.scanned - none.scanned).toBeLessThan(0.11 * (bytes.length - 65_536))
    expect(some.processed).toBeLessThan(0.11 * whole.processed)
  })
})

describe('pruning by the page index', () => {
  const count = 60_000
  const data = {
    number: Array.from({ length: count }, (_, i) => i),
    text: Array.from({ length: count }, (_, i) => `t${String(i).padStart(8, '0')}`),
    noise: Array.from({ length: count }, (_, i) => (i % 3 === 0 ? null : `noise ${(i * 7919) % count}`)),
    list: Array.from({ length: count }, (_, i) => Array.from({ length: i % 4 }, (__, k) => i + k)),
  }
  const schema = [
    { name: 'root', num_children: 4 },
    { name: 'number', type: 'INT32', repetition_type: 'REQUIRED' },
    { name: 'text', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
    { name: 'noise', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
    { name: 'list', repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', type: 'INT32', repetition_type: 'OPTIONAL' },
  ] as const
  const names = ['number', 'text', 'noise', 'list'] as const
  const columns = names.map((name) => ({
    name,
    data: data[name],
    columnIndex: name !== 'list',
  })) as unknown as WriteColumns
  const bytes = parquetOf(columns, { schema: [...schema], pageSize: 4000, rowGroupSize: 30_000 })
  const row = (i: number) => [`${i}n`, data.text[i], data.noise[i], data.list[i]!.map((value) => `${value}n`)]

  it.each<[string, Bound, (i: number) => boolean]>([
    ['one row', compare('=', 0, 41_234n), (i) => i === 41_234],
    ['the first row', compare('=', 1, 't00000000'), (i) => i === 0],
    ['the last row', compare('>', 1, 't00059998'), (i) => i === 59_999],
    [
      'rows of two row groups',
      and(compare('>=', 0, 29_990n), compare('<', 0, 30_010n)),
      (i) => i >= 29_990 && i < 30_010,
    ],
    ['rows far apart', or(compare('=', 0, 100n), compare('=', 0, 20_000n)), (i) => i === 100 || i === 20_000],
  ])('finds %s in a few pages', async (_, condition, isWanted) => {
    const read = await readParquet(bytes, hint(condition))
    const numbers = read.rows.map(([number]) => Number.parseInt(String(number), 10))
    expect(read.rows).toEqual(numbers.map(row))
    const wanted = Array.from({ length: count }, (__, i) => i).filter(isWanted)
    expect(numbers).toEqual(expect.arrayContaining(wanted))
    expect(read.rows.length).toBeLessThan(count / 10)
    expect(read.scanned).toBeLessThan(bytes.length / 4)
  })
})

describe('pruning by Bloom filters', () => {
  const data = Array.from({ length: 20_000 }, (_, i) => (i * 7919) % 20_011)
  const bytes = parquetOf(
    [
      { name: 'number', data, type: 'INT32', bloomFilter: true },
      { name: 'text', data: data.map((value) => `text ${value}`), bloomFilter: true },
    ] as WriteColumns,
    { rowGroupSize: 10_000 },
  )

  it('reads nothing of row groups that do not have the value', async () => {
    const absent = Array.from({ length: 20_011 }, (_, i) => i).filter((value) => !data.includes(value))
    let read = 0
    for (const value of absent) {
      for (const condition of [compare('=', 0, BigInt(value)), compare('=', 1, `text ${value}`)]) {
        read += (await readParquet(bytes, { ...hint(condition), looksAt: () => false })).batchRows.length
      }
    }
    expect(absent).toHaveLength(11)
    // A filter errs once in a hundred.
    expect(read).toBeLessThan(4)
  })

  it('finds every value that is there', async () => {
    for (let i = 0; i < 40; i++) {
      const value = data[i * 400]!
      const read = await readParquet(bytes, hint(and(compare('=', 0, BigInt(value)), compare('=', 1, `text ${value}`))))
      expect(read.rows).toContainEqual([`${value}n`, `text ${value}`])
    }
  })
})

describe('ScanRange', () => {
  it('gives every row once however the file is cut', async () => {
    const bytes = await duckParquet('SELECT i FROM range(10000) t(i)', 'row_group_size 2048')
    const whole = (await readParquet(bytes)).rows
    for (const cuts of [[100], [1, 2, 3, 4], [5000, 20_000, 30_000], [bytes.length - 1]]) {
      const bounds = [0, ...cuts.filter((cut) => cut < bytes.length), bytes.length]
      const rows: unknown[][] = []
      for (const [index, start] of bounds.slice(0, -1).entries()) {
        rows.push(...(await readParquet(bytes, { scanRange: { start, end: bounds[index + 1]! - 1 } })).rows)
      }
      expect(rows).toEqual(whole)
    }
  })
})

const orders = {
  '=': (order: number) => order === 0,
  '<': (order: number) => order < 0,
  '<=': (order: number) => order <= 0,
  '>': (order: number) => order > 0,
  '>=': (order: number) => order >= 0,
}
const orderOf = (a: number | string, b: number | string): number | null => {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return typeof a === 'number' && typeof b === 'number' ? a - b : null
}

const seed = Date.now() % 1_000_000

describe(`pruning (seed ${seed})`, () => {
  it('never loses a row, whatever the condition', async () => {
    const random = randomFrom(seed)
    const count = 800
    const half = Array.from({ length: count }, () => (random(4) === 0 ? null : random(2000) / 8 - 100))
    // Parts of the file are all NULL.
    for (let i = 250; i < 420; i++) half[i] = null
    const numbers = Array.from({ length: count }, (_, i) => i * 3 + random(40))
    const texts = Array.from({ length: count }, (_, i) =>
      random(9) === 0 ? null : `${['a', 'ä', '', '😀'][i >> 8]}${random(500)}`,
    )
    const bytes = parquetOf(
      [
        { name: 'number', data: numbers, type: 'INT64', columnIndex: true, bloomFilter: true },
        { name: 'half', data: half, type: 'DOUBLE', columnIndex: true },
        { name: 'text', data: texts, columnIndex: true, bloomFilter: true },
      ].map((facts) => (facts.type === 'INT64' ? { ...facts, data: numbers.map(BigInt) } : facts)) as WriteColumns,
      { pageSize: 64, rowGroupSize: 200, statisticsTruncateLength: 2 },
    )
    const rows = (await readParquet(bytes)).rows
    const values = [numbers, half, texts]

    const anyLiteral = (at: number): { value: Value; plain: number | string } => {
      const value = values[at]![random(count)] ?? 0
      if (typeof value === 'string') return { value, plain: value }
      const moved = value + [0, 0, 0, 0.5, -3, 10_000][random(6)]!
      if (Number.isInteger(moved) && random(2) === 0) return { value: BigInt(moved), plain: moved }
      return { value: random(2) === 0 ? moved : new Decimal(BigInt(moved * 8) * 125n, 3), plain: moved }
    }
    type Test = { bound: Bound; holds: (row: number) => boolean }
    const anyTest = (depth: number): Test => {
      const kind = random(depth > 0 ? 7 : 4)
      if (kind > 4) {
        const tests = [anyTest(depth - 1), anyTest(depth - 1)]
        const bounds = tests.map(({ bound }) => bound)
        if (kind === 5) return { bound: and(...bounds), holds: (row) => tests.every(({ holds }) => holds(row)) }
        return { bound: or(...bounds), holds: (row) => tests.some(({ holds }) => holds(row)) }
      }
      const at = random(3)
      if (kind === 4) {
        const negated = random(2) === 0
        const bound: Bound = { op: 'is', operand: column(at), what: 'null', negated }
        return { bound, holds: (row) => (values[at]![row] === null) !== negated }
      }
      const operator = (Object.keys(orders) as (keyof typeof orders)[])[random(5)]!
      const { value, plain } = anyLiteral(random(8) === 0 ? random(3) : at)
      const holds = (row: number) => {
        const own = values[at]![row] ?? null
        const order = own === null ? null : orderOf(own, plain)
        return order !== null && orders[operator](order)
      }
      return { bound: compare(operator, at, value), holds }
    }
    const keys = rows.map((row) => JSON.stringify(row))
    for (let round = 0; round < 500; round++) {
      const { bound, holds } = anyTest(2)
      const wanted = keys.filter((_, row) => holds(row))
      const given = new Set((await readParquet(bytes, hint(bound))).rows.map((row) => JSON.stringify(row)))
      const lost = wanted.filter((key) => !given.has(key))
      expect(
        lost,
        JSON.stringify(bound, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)),
      ).toEqual([])
    }
  })
})
