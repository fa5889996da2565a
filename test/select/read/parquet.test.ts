import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { referenceKernels } from '../../../src/kernels/select/reference/index.ts'
import { wasmKernels } from '../../../src/kernels/select/wasm-kernels.ts'
import { duckParquet, parquetOf, pyarrowParquet, readParquet, withoutPyarrow } from './parquet.fixture.ts'
import type { WriteColumns } from './parquet.fixture.ts'

const implementations = [
  ['wasm', wasmKernels],
  ['reference', referenceKernels],
] as const

/** One row in DuckDB and here. */
const query = (rows: number) => `
  SELECT i, i % 7 AS few, CASE WHEN i % 3 = 0 THEN NULL ELSE 'text ' || i END AS text,
    ['a', 'ö', NULL][1 + i % 3] AS word, i * 1.5::DOUBLE AS number, (i * 0.25)::FLOAT AS small, i % 2 = 0 AS truth,
    (i * 1.01)::DECIMAL(9, 2) AS money, (i * 1.01)::DECIMAL(30, 2) AS wide,
    DATE '2020-01-01' + i::INT AS day, TIMESTAMP '2020-01-01 00:00:00.5' + INTERVAL (i) SECOND AS moment,
    (18446744073709551615 - i)::UBIGINT AS huge, i::UTINYINT AS byte
  FROM range(${rows}) t(i)`

function duckRow(i: number): unknown[] {
  return [
    `${i}n`,
    `${i % 7}n`,
    i % 3 === 0 ? null : `text ${i}`,
    ['a', 'ö', null][i % 3],
    i * 1.5,
    i * 0.25,
    i % 2 === 0,
    `${i * 101}e-2`,
    `${i * 101}e-2`,
    new Date(Date.UTC(2020, 0, 1 + i)).toISOString(),
    new Date(Date.UTC(2020, 0, 1, 0, 0, i, 500)).toISOString(),
    `${2n ** 64n - 1n - BigInt(i)}e-0`,
    `${i}n`,
  ]
}

const rowsOf = (count: number) => Array.from({ length: count }, (_, i) => duckRow(i))

describe.each(implementations)('openParquet() with the %s kernels', (_name, create) => {
  it.each(['uncompressed', 'snappy', 'gzip', 'zstd', 'lz4_raw', 'brotli'])(
    'reads all types of a file by DuckDB compressed with %s',
    async (codec) => {
      const bytes = await duckParquet(query(250), `compression ${codec}`)
      const read = await readParquet(bytes, { kernels: create() })
      expect(read.rows).toEqual(rowsOf(250))
      expect(read.vectorTypes[0]).toEqual(
        expect.arrayContaining(['dictionary of int64', 'dictionary of cells', 'float64', 'int64', 'opaque', 'cells']),
      )
    },
  )

  const values = Array.from({ length: 300 }, (_, i) => (i % 5 === 0 ? null : i))
  const encodings: [encoding: string, type: string, data: unknown[], expected?: unknown[]][] = [
    ['DELTA_BINARY_PACKED', 'INT32', values.map((i) => i && i * i - 20_000)],
    ['DELTA_BINARY_PACKED', 'INT64', values.map((i) => i && BigInt(i) ** 7n * (i % 2 === 0 ? 1n : -1n))],
    ['DELTA_LENGTH_BYTE_ARRAY', 'STRING', values.map((i) => i && 'x'.repeat(i % 40))],
    ['DELTA_BYTE_ARRAY', 'STRING', values.map((i) => i && `https://example.com/${i * 7}`)],
    ['BYTE_STREAM_SPLIT', 'DOUBLE', values.map((i) => i && i / 3)],
    ['BYTE_STREAM_SPLIT', 'FLOAT', values.map((i) => i && i / 4)],
    ['BYTE_STREAM_SPLIT', 'INT32', values.map((i) => i && -i)],
    ['RLE', 'BOOLEAN', values.map((i) => i && i % 3 === 0)],
    ['PLAIN', 'BOOLEAN', values.map((i) => i && i % 3 === 0)],
    ['PLAIN', 'STRING', values.map((i) => i && `${i}ä€😀`)],
    ['PLAIN', 'FLOAT16', values.map((i) => i && i / 2)],
    ['PLAIN', 'JSON', values.map((i) => i && { i })],
  ]

  it.each(encodings)('reads %s of %s, over pages of every size', async (encoding, type, data) => {
    const column = { name: 'v', data, type, encoding }
    for (const pageSize of [64, 1000, 1 << 20]) {
      const bytes = parquetOf([column] as unknown as WriteColumns, { pageSize, rowGroupSize: 170 })
      const read = await readParquet(bytes, { kernels: create() })
      const isInteger = type.startsWith('INT')
      const expected = data.map((value) => {
        if (value === null) return null
        return isInteger ? `${value as bigint}n` : type === 'JSON' ? JSON.stringify(value) : value
      })
      expect(read.rows.map(([value]) => value)).toEqual(expected)
    }
  })
})

const wideRow = (i: number) => [`a${i}`, i % 4 === 0 ? null : `${i * 3}n`, `c${i % 11}`]

describe('openParquet()', () => {
  it('cuts batches across pages of different columns, and reads only what is looked at', async () => {
    const count = 30_000
    const columns = [
      { name: 'a', data: Array.from({ length: count }, (_, i) => `a${i}`), nullable: false },
      { name: 'b', data: Array.from({ length: count }, (_, i) => (i % 4 === 0 ? null : i * 3)), type: 'INT32' },
      { name: 'c', data: Array.from({ length: count }, (_, i) => `c${i % 11}`) },
    ] as WriteColumns
    const bytes = parquetOf(columns, { pageSize: 5000, rowGroupSize: 20_000 })
    const all = await readParquet(bytes)
    expect(all.rows).toEqual(Array.from({ length: count }, (_, i) => wideRow(i)))
    for (const wanted of [1, 2, 3]) {
      const some = await readParquet(bytes, { looksAt: (batch) => batch === wanted })
      const first = all.batchRows.slice(0, wanted).reduce((sum, rows) => sum + rows, 0)
      expect(some.rows).toEqual(all.rows.slice(first, first + all.batchRows[wanted]!))
    }
  })

  it('reads a column whose dictionary grew too large for the rest of its pages', async ({ skip }) => {
    const reason = withoutPyarrow()
    skip(reason !== null, reason ?? '')
    const table = "pa.table({'v': [None if i % 9 == 0 else 'value %d' % (i // 2) for i in range(120000)]})"
    const bytes = pyarrowParquet(table, 'dictionary_pagesize_limit=400000, data_page_size=64000')
    const read = await readParquet(bytes)
    expect(read.rows).toEqual(Array.from({ length: 120_000 }, (_, i) => [i % 9 === 0 ? null : `value ${i >> 1}`]))
    expect(new Set(read.vectorTypes.flat())).toEqual(new Set(['cells', 'dictionary of cells']))
  })

  it('reads nested values: lists, maps, structs, and what is not there', async () => {
    const bytes = await duckParquet(`
      SELECT CASE WHEN i % 5 = 0 THEN NULL ELSE [x FOR x IN range(i % 4)] END AS list,
        [[i], [], NULL, [i, NULL]] AS lists,
        CASE WHEN i % 3 = 0 THEN NULL ELSE {'a': i, 'b': [{'c': 'x' || i}], 'd': {'e': NULL}} END AS struct,
        map {'k' || i: i * 1.5::DOUBLE} AS map
      FROM range(3000) t(i)`)
    const read = await readParquet(bytes, {
      columns: [
        { by: 'position', index: 0 },
        { by: 'position', index: 1 },
        { by: 'position', index: 2 },
        { by: 'position', index: 3 },
        { by: 'path', steps: ['struct', 'b'].map((name) => ({ step: 'key', name, caseSensitive: true })) },
        {
          by: 'path',
          steps: [
            { step: 'key', name: 'STRUCT', caseSensitive: false },
            { step: 'key', name: 'b', caseSensitive: false },
            { step: 'index', index: 0 },
            { step: 'key', name: 'C', caseSensitive: false },
          ],
        },
      ],
    })
    expect(read.rows).toHaveLength(3000)
    for (const [i, row] of read.rows.entries()) {
      const isThere = i % 3 !== 0
      expect(row).toEqual([
        i % 5 === 0 ? null : Array.from({ length: i % 4 }, (_, x) => `${x}n`),
        [[`${i}n`], [], null, [`${i}n`, null]],
        isThere ? { a: `${i}n`, b: [{ c: `x${i}` }], d: { e: null } } : null,
        { [`k${i}`]: i * 1.5 },
        isThere ? [{ c: `x${i}` }] : null,
        isThere ? `x${i}` : 'MISSING',
      ])
    }
  })

  it('gives a value inside a struct as a vector', async () => {
    const bytes = await duckParquet("SELECT {'a': i, 'b': 'x'} AS s FROM range(10) t(i)")
    const steps = ['s', 'a'].map((name) => ({ step: 'key' as const, name, caseSensitive: true }))
    const read = await readParquet(bytes, { columns: [{ by: 'path', steps }] })
    expect(read.vectorTypes).toEqual([['int64']])
    expect(read.rows).toEqual(Array.from({ length: 10 }, (_, i) => [`${i}n`]))
  })

  it('gives whole records, and MISSING for columns that are not there', async () => {
    const bytes = await duckParquet("SELECT 1 AS a, [2] AS b, 'x' AS c")
    const read = await readParquet(bytes, {
      columns: [
        { by: 'record' },
        { by: 'position', index: 9 },
        { by: 'path', steps: [{ step: 'key', name: 'A', caseSensitive: false }] },
        { by: 'path', steps: [{ step: 'key', name: 'A', caseSensitive: true }] },
      ],
    })
    expect(read.rows).toEqual([[{ a: '1n', b: ['2n'], c: 'x' }, 'MISSING', '1n', 'MISSING']])
  })

  it('counts records of a query that reads no column', async () => {
    const bytes = await duckParquet('SELECT i FROM range(20000) t(i)')
    const read = await readParquet(bytes, { columns: [] })
    expect(read.batchRows.reduce((sum, rows) => sum + rows)).toBe(20_000)
    expect(read.scanned).toBeLessThanOrEqual(65_536)
  })

  it('reads decimals of every physical type', async () => {
    const numbers = [0, -1, 12345, null, -99999]
    const forms = [
      { type: 'INT32', precision: 9 },
      { type: 'INT64', precision: 18 },
      { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 5, precision: 9 },
      { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, precision: 38 },
      { type: 'BYTE_ARRAY', precision: 18 },
    ] as const
    for (const form of forms) {
      const element = { name: 'v', ...form, converted_type: 'DECIMAL', scale: 2, repetition_type: 'OPTIONAL' } as const
      const schema = [{ name: 'root', num_children: 1 }, element]
      const data = numbers.map((value) => value && value / 100)
      const bytes = parquetOf([{ name: 'v', data }] as WriteColumns, { schema })
      const expected = numbers.map((value) => [value === null ? null : `${value}e-2`])
      expect((await readParquet(bytes)).rows, form.type).toEqual(expected)
    }
  })

  it('reads UUIDs as text', async () => {
    const uuid = '0123abcd-4567-89ab-cdef-0123456789ab'
    const bytes = await duckParquet(`SELECT '${uuid}'::UUID AS u`)
    expect((await readParquet(bytes)).rows).toEqual([[uuid]])
  })

  it('reads large pages through a window', async () => {
    const count = 40_000
    const data = Array.from({ length: count }, (_, i) => (i % 10 === 3 ? null : `${i}-${'word '.repeat(i % 17)}`))
    // Too little for the page of nearly 2 MB.
    const budgetBytes = 3 * 1024 * 1024
    const codecs = [
      ['UNCOMPRESSED', undefined],
      ['SNAPPY', undefined],
      ['GZIP', gzipSync],
      ['ZSTD', zstdCompressSync],
      ['BROTLI', (bytes: Uint8Array) => brotliCompressSync(bytes, { params: { 1: 1 } })],
    ] as const
    for (const [codec, compress] of codecs) {
      const bytes = parquetOf([{ name: 'v', data, encoding: 'PLAIN' }] as WriteColumns, {
        codec,
        ...(compress === undefined ? {} : { compressors: { [codec]: compress } }),
        pageSize: 1 << 30,
        rowGroupSize: count,
      })
      const read = await readParquet(bytes, { budgetBytes })
      expect(read.rows.map(([value]) => value)).toEqual(data)
      const some = await readParquet(bytes, { budgetBytes, looksAt: (batch) => batch % 3 === 1 })
      expect(some.rows.length).toBeGreaterThan(0)
      for (const [value] of some.rows)
        if (value !== null) expect(data[Number.parseInt(value as string, 10)]).toBe(value)
    }
  })
})
