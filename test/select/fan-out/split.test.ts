import { describe, expect, it } from 'vitest'
import { splitQuery } from '../../../src/select/fan-out/split.ts'
import type { CsvInput, InputFormat, SelectRequest } from '../../../src/select/request.ts'

const csv: CsvInput = {
  format: 'CSV',
  header: 'NONE',
  recordDelimiter: '\n',
  fieldDelimiter: ',',
  quote: '"',
  escape: '"',
  comments: '#',
  allowQuotedRecordDelimiter: false,
}

function requestOf(expression: string, more: Partial<SelectRequest> = {}): SelectRequest {
  return {
    expression,
    dialect: 'extended',
    input: csv,
    compression: 'NONE',
    output: { format: 'JSON', recordDelimiter: '\n' },
    scanRange: null,
    progress: false,
    ...more,
  }
}

describe('splitQuery()', () => {
  it('cuts an object into parts of about one size, none of whose bytes is in two', () => {
    const parts = splitQuery(requestOf('SELECT * FROM S3Object'), 1001, 300)?.parts
    expect(parts).toEqual([
      { start: 0, end: 249 },
      { start: 250, end: 499 },
      { start: 500, end: 749 },
      { start: 750, end: 1000 },
    ])
  })

  it('makes no more than 32 parts', () => {
    const parts = splitQuery(requestOf('SELECT * FROM S3Object'), 1e12, 1e6)?.parts
    expect(parts).toHaveLength(32)
    expect(parts?.at(-1)?.end).toBe(1e12 - 1)
  })

  it('cuts what a scan range asks for', () => {
    for (const [scanRange, first, last] of [
      [{ start: 100, end: 899 }, 100, 899],
      [{ start: 100, end: null }, 100, 999],
      [{ start: null, end: 700 }, 300, 999],
    ] as const) {
      const parts = splitQuery(requestOf('SELECT * FROM S3Object', { scanRange }), 1000, 300)?.parts
      expect(parts?.at(0)?.start).toBe(first)
      expect(parts?.at(-1)?.end).toBe(last)
    }
  })

  it('leaves what fits into one part as it is', () => {
    expect(splitQuery(requestOf('SELECT * FROM S3Object'), 300, 300)).toBeNull()
    expect(splitQuery(requestOf('SELECT * FROM S3Object', { scanRange: { start: 0, end: 9 } }), 1000, 300)).toBeNull()
  })

  it.each<[string, Partial<SelectRequest>]>([
    ['CSV', {}],
    ['lines of JSON', { input: { format: 'JSON', type: 'LINES' } }],
    ['Parquet', { input: { format: 'Parquet' } }],
  ])('splits %s', (_, more) => {
    expect(splitQuery(requestOf('SELECT * FROM S3Object', more), 1000, 300)).not.toBeNull()
  })

  it.each<[string, InputFormat, SelectRequest['compression']]>([
    ['CSV with quoted record delimiters', { ...csv, allowQuotedRecordDelimiter: true }, 'NONE'],
    ['a document of JSON', { format: 'JSON', type: 'DOCUMENT' }, 'NONE'],
    ['compressed CSV', csv, 'GZIP'],
    ['compressed lines of JSON', { format: 'JSON', type: 'LINES' }, 'BZIP2'],
  ])('does not split %s', (_, input, compression) => {
    expect(splitQuery(requestOf('SELECT * FROM S3Object', { input, compression }), 1000, 300)).toBeNull()
  })

  it.each([
    ['SELECT * FROM S3Object s WHERE s._1 = 1', 'records', null],
    ['SELECT s._1, UPPER(s._2) FROM S3Object s LIMIT 12', 'records', 12],
    ['SELECT COUNT(*) FROM S3Object', 'partial', null],
    ['SELECT 1 + MAX(CAST(_1 AS INT)) FROM S3Object', 'partial', null],
    ['SELECT _1, COUNT(*) FROM S3Object GROUP BY _1 HAVING COUNT(*) > 1 ORDER BY 2 LIMIT 3', 'partial', null],
    ['SELECT _1 FROM S3Object GROUP BY _1', 'partial', null],
  ])('%s gives %s, LIMIT %s', (expression, gives, limit) => {
    expect(splitQuery(requestOf(expression), 1000, 300)).toMatchObject({ gives, limit })
  })

  it.each([
    'SELECT DISTINCT _1 FROM S3Object',
    'SELECT _1 FROM S3Object ORDER BY _1',
    'SELECT _1 FROM S3Object LIMIT 3 OFFSET 2',
    'SELECT _1 FROM S3Object UNION SELECT _2 FROM S3Object',
    'SELECT a._1 FROM S3Object a JOIN "bucket/key" b ON a._1 = b._1',
    'SELECT _1 FROM S3Object WHERE _1 IN (SELECT _1 FROM S3Object)',
    'SELECT ROW_NUMBER() OVER (ORDER BY _1) FROM S3Object',
    'WITH t AS (SELECT _1 FROM S3Object) SELECT * FROM t',
  ])('does not split %s', (expression) => {
    expect(splitQuery(requestOf(expression), 1000, 300)).toBeNull()
  })

  it('throws what is wrong with the statement', () => {
    expect(() => splitQuery(requestOf('SELECT'), 1000, 300)).toThrow(expect.objectContaining({ name: 'S3Error' }))
  })
})
