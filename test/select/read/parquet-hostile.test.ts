import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { S3Error } from '../../../src/errors.ts'
import { wasmKernels } from '../../../src/kernels/select/wasm-kernels.ts'
import { randomFrom } from '../../support/random.ts'
import { duckParquet, parquetOf, pyarrowParquet, readParquet, withoutPyarrow } from './parquet.fixture.ts'
import type { ReadOptions, WriteColumns } from './parquet.fixture.ts'

async function faultOf(bytes: Uint8Array, options: ReadOptions = {}): Promise<string> {
  try {
    await readParquet(bytes, options)
    return 'none'
  } catch (error) {
    if (error instanceof S3Error) return error.code
    throw error
  }
}

const files: [name: string, make: () => Promise<Uint8Array>][] = [
  [
    'by DuckDB',
    () =>
      duckParquet(
        `SELECT i, 'text ' || i AS text, i % 3 AS few, CASE WHEN i % 2 = 0 THEN i * 0.5::DOUBLE END AS half,
           [i, i] AS list, (i % 2 = 0) AS truth, i::DECIMAL(20, 3) AS money FROM range(2500) t(i)`,
        'row_group_size 2048',
      ),
  ],
  [
    'of version 2 with delta encodings',
    async () => {
      const numbers = Array.from({ length: 900 }, (_, i) => (i % 7 === 0 ? null : i * i))
      const texts = numbers.map((value) => value && `value ${value}`)
      return parquetOf(
        [
          { name: 'a', data: numbers, type: 'INT32', encoding: 'DELTA_BINARY_PACKED', columnIndex: true },
          { name: 'b', data: texts, encoding: 'DELTA_BYTE_ARRAY' },
          { name: 'c', data: texts, encoding: 'DELTA_LENGTH_BYTE_ARRAY' },
          { name: 'd', data: numbers, type: 'DOUBLE', encoding: 'BYTE_STREAM_SPLIT' },
          { name: 'e', data: numbers.map((value) => value && value % 2 === 0), encoding: 'RLE' },
        ] as WriteColumns,
        { pageSize: 800, rowGroupSize: 500 },
      )
    },
  ],
]

const seed = Date.now() % 1_000_000

describe.each(files)(`openParquet() of a damaged file %s (seed ${seed})`, (_, make) => {
  it('answers any damage with an error of S3 Select, or with records', { timeout: 120_000 }, async () => {
    const original = await make()
    const random = randomFrom(seed)
    const kernels = wasmKernels()
    const codes = new Map<string, number>()
    for (let round = 0; round < 250; round++) {
      const bytes = original.slice()
      const flips = 1 + random(4)
      for (let flip = 0; flip < flips; flip++) {
        // Half of them in the footer, where the least change does the most.
        const at = random(2) === 0 ? random(bytes.length) : bytes.length - 1 - random(Math.min(3000, bytes.length))
        bytes[at] = random(3) === 0 ? 255 : bytes[at]! ^ (1 << random(8))
      }
      const code = await faultOf(bytes, { kernels })
      codes.set(code, (codes.get(code) ?? 0) + 1)
    }
    const expected = [
      'none',
      'ParquetParsingError',
      'ParquetUnsupportedCompressionCodec',
      'UnsupportedParquetType',
      'OverMaxParquetBlockSize',
      'InvalidTextEncoding',
      'AmbiguousFieldName',
    ]
    expect([...codes.keys()].filter((code) => !expected.includes(code))).toEqual([])
    expect(codes.get('ParquetParsingError')).toBeGreaterThan(20)
    expect(kernels.memory.buffer.byteLength).toBeLessThan(48 * 1024 * 1024)
  })

  it('answers a truncated file with ParquetParsingError', async () => {
    const original = await make()
    for (const length of [
      0,
      3,
      11,
      12,
      100,
      original.length - 1,
      original.length - 8,
      Math.floor(original.length / 2),
    ]) {
      expect(await faultOf(original.subarray(0, length))).toBe('ParquetParsingError')
    }
    // The end is there, the middle is not.
    const short = Buffer.concat([original.subarray(0, 50), original.subarray(400)])
    expect(await faultOf(short)).toBe('ParquetParsingError')
  })
})

describe('openParquet()', () => {
  it('answers what is no Parquet file with ParquetParsingError', async () => {
    for (const text of ['', 'PAR1', 'a,b,c\n1,2,3\n', `PAR1${'\0'.repeat(20)}\xff\xff\xff\x7fPAR1`]) {
      expect(await faultOf(Buffer.from(text, 'latin1'))).toBe('ParquetParsingError')
    }
  })

  it('answers bytes that are no UTF-8 with InvalidTextEncoding', async () => {
    const data = [Uint8Array.of(0x61, 0xff, 0x62)]
    const bytes = parquetOf([{ name: 'v', data, type: 'BYTE_ARRAY' }] as WriteColumns)
    expect(await faultOf(bytes)).toBe('InvalidTextEncoding')
  })

  it('answers INT96 with UnsupportedParquetType, and a comparison with UnsupportedTypeForQuerying', async ({
    skip,
  }) => {
    const reason = withoutPyarrow()
    skip(reason !== null, reason ?? '')
    const table = "pa.table({'a': [1], 't': [datetime.datetime(2020, 1, 1)]})"
    const bytes = pyarrowParquet(table, 'use_deprecated_int96_timestamps=True')
    expect(await faultOf(bytes)).toBe('UnsupportedParquetType')
    expect(await faultOf(bytes, { columns: [{ by: 'position', index: 0 }] })).toBe('none')
    const hints: ReadOptions['hints'] = [
      {
        hint: 'condition',
        condition: {
          op: 'compare',
          operator: '>',
          left: { op: 'column', column: 0 },
          right: { op: 'literal', value: 0n },
        },
      },
    ]
    expect(await faultOf(bytes, { columns: [{ by: 'position', index: 1 }], hints })).toBe('UnsupportedTypeForQuerying')
  })

  it('keeps within its memory for a row group of a million rows', { timeout: 120_000 }, async () => {
    const query = `SELECT md5(i::VARCHAR) AS text, i AS number, 'c' || (i % 50) AS few FROM range(1000000) t(i)`
    for (const compression of ['snappy', 'zstd']) {
      const bytes = await duckParquet(query, `row_group_size 1000000, compression ${compression}`)
      const kernels = wasmKernels()
      const read = await readParquet(bytes, { kernels, looksAt: (batch) => batch % 40 === 7 })
      expect(read.batchRows.reduce((sum, rows) => sum + rows)).toBe(1_000_000)
      expect(kernels.memory.buffer.byteLength).toBeLessThan(40 * 1024 * 1024)
    }
  })
})
