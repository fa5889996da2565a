// The engine over Parquet: the same rows as CSV and as Parquet give the same answers.
import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, it } from 'vitest'
import { referenceKernels } from '../../src/kernels/select/reference/index.ts'
import { wasmKernels } from '../../src/kernels/select/wasm-kernels.ts'
import type { SelectTuning } from '../../src/select/request.ts'
import { answerOf, requestOf } from './select.fixture.ts'

const rows = Array.from({ length: 3000 }, (_, i) => ({
  city: i % 17 === 0 ? null : `city ${i % 11}`,
  code: `c${(i * 7919) % 100_003}`,
  qty: (i * 31) % 1000,
  price: ((i * 37) % 500) / 4,
}))

const parquet = new Uint8Array(
  parquetWriteBuffer({
    columnData: [
      { name: 'city', data: rows.map(({ city }) => city), type: 'STRING' },
      { name: 'code', data: rows.map(({ code }) => code), type: 'STRING' },
      { name: 'qty', data: rows.map(({ qty }) => qty), type: 'INT32' },
      { name: 'price', data: rows.map(({ price }) => price), type: 'DOUBLE' },
    ],
    rowGroupSize: 700,
  }),
)

const csv = `city,code,qty,price\n${rows.map(({ city, code, qty, price }) => `${city ?? ''},${code},${qty},${price}\n`).join('')}`

const countOf = (where: string) =>
  requestOf(`SELECT COUNT(*) FROM S3Object WHERE ${where}`, { input: { format: 'Parquet' } })

describe('openSelect() over Parquet', () => {
  it.each([
    [`SELECT code, qty FROM S3Object WHERE city = 'city 3'`],
    [`SELECT code FROM S3Object WHERE code = 'c7919' OR code LIKE 'c100%'`],
    [`SELECT qty FROM S3Object WHERE qty > 990 AND city IN ('city 1', 'city 2')`],
    [`SELECT code FROM S3Object WHERE qty BETWEEN 10 AND 12 OR price <= 0.25`],
    [`SELECT COUNT(*), SUM(qty), MIN(qty), MAX(qty), MIN(code) FROM S3Object WHERE price < 100`],
    [`SELECT SUM(CAST(price AS FLOAT)), AVG(CAST(qty AS INT)) FROM S3Object`],
    [`SELECT city, COUNT(*), SUM(qty), MAX(code) FROM S3Object WHERE city <> '' GROUP BY city ORDER BY city`],
    [`SELECT qty, COUNT(*) FROM S3Object WHERE qty < 20 GROUP BY qty ORDER BY CAST(qty AS INT)`],
    [`SELECT DISTINCT city FROM S3Object WHERE city <> '' ORDER BY city`],
    [`SELECT code FROM S3Object ORDER BY CAST(price AS FLOAT) DESC, code LIMIT 10`],
    [`SELECT COUNT(*) FROM S3Object`],
  ])('%s', async (expression) => {
    const expected = await answerOf(requestOf(expression), csv)
    expect(expected).not.toBe('')
    const request = requestOf(expression, { input: { format: 'Parquet' } })
    for (const kernels of [wasmKernels(), referenceKernels()]) {
      for (const tuning of [{}, { vectorised: false }] satisfies SelectTuning[]) {
        expect(await answerOf(request, parquet, { kernels, tuning }), JSON.stringify(tuning)).toBe(expected)
      }
    }
  })

  it('knows NULL', async () => {
    const nulls = rows.filter(({ city }) => city === null).length
    expect(await answerOf(countOf('city IS NULL'), parquet)).toBe(`${nulls}\n`)
    expect(await answerOf(countOf(`NOT city = 'city 1' AND city IS NOT NULL`), parquet)).toBe(
      `${rows.filter(({ city }) => city !== null && city !== 'city 1').length}\n`,
    )
  })
})
