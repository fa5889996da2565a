// What parts give together is what one scan gives.
import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, it } from 'vitest'
import { S3Error } from '../../../src/errors.ts'
import { wasmKernels } from '../../../src/kernels/select/wasm-kernels.ts'
import { Arena } from '../../../src/kernels/select/arena.ts'
import { scanBudgetBytes } from '../../../src/limits.ts'
import { answerPart } from '../../../src/select/fan-out/answer-part.ts'
import { openFannedOut } from '../../../src/select/fan-out/open-fanned-out.ts'
import { openPart } from '../../../src/select/fan-out/open-part.ts'
import type { PartQuery, SelectNodes } from '../../../src/select/fan-out/part-query.ts'
import type { InputFormat, SelectRequest } from '../../../src/select/request.ts'
import { openSelect } from '../../../src/select/select.ts'
import { utcTimestamp } from '../../../src/select/value/clock.ts'
import { memorySource } from '../../support/object-source.ts'
import { randomFrom } from '../../support/random.ts'

const parts = 7

interface Row {
  id: number
  city: string
  qty: number
  price: string
  note: string
}

const random = randomFrom(29)
const cities = ['Oslo', 'Lima', 'Reykjavik', 'São Paulo', 'Köln', '']
const rows: Row[] = Array.from({ length: 3000 }, (_, id) => ({
  id,
  city: cities[random(cities.length)]!,
  qty: random(20_001) - 10_000,
  price: (random(1_000_000) / 100).toFixed(random(3)),
  note: 'x'.repeat(random(40)),
}))

const csvInput: InputFormat = {
  format: 'CSV',
  header: 'USE',
  recordDelimiter: '\n',
  fieldDelimiter: ',',
  quote: '"',
  escape: '"',
  comments: '#',
  allowQuotedRecordDelimiter: false,
}
const csvLines = rows.map(({ id, city, qty, price, note }) => `${id},"${city}",${qty},${price},${note}\n`)

const objects = {
  CSV: { input: csvInput, bytes: Buffer.from(`id,city,qty,price,note\n${csvLines.join('')}`) },
  JSON: {
    input: { format: 'JSON', type: 'LINES' } as InputFormat,
    bytes: Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')),
  },
  Parquet: { input: { format: 'Parquet' } as InputFormat, bytes: parquetOf(rows) },
}

type Format = keyof typeof objects

function parquetOf(records: Row[]): Uint8Array {
  const column = <Name extends keyof Row>(name: Name) => records.map((row) => row[name])
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: 'id', data: Int32Array.from(column('id')), type: 'INT32' },
      { name: 'city', data: column('city'), type: 'STRING' },
      { name: 'qty', data: Int32Array.from(column('qty')), type: 'INT32' },
      { name: 'price', data: column('price'), type: 'STRING' },
      { name: 'note', data: column('note'), type: 'STRING' },
    ],
    rowGroupSize: 130,
  })
  return new Uint8Array(buffer)
}

function requestOf(format: Format, expression: string, more: Partial<SelectRequest> = {}): SelectRequest {
  const { input } = objects[format]
  const output = { format: 'JSON' as const, recordDelimiter: '\n' }
  return {
    expression,
    dialect: 'extended',
    input,
    compression: 'NONE',
    output,
    scanRange: null,
    progress: false,
    ...more,
  }
}

/** What a run gives, up to its fault, and the fault's code. */
interface Outcome {
  text: string
  fault: string | null
}

async function outcomeOf(open: () => Promise<{ next(): Promise<Uint8Array | null> }>): Promise<Outcome> {
  const pieces: Uint8Array[] = []
  let fault: string | null = null
  try {
    const run = await open()
    for (let bytes = await run.next(); bytes !== null; bytes = await run.next()) pieces.push(bytes)
  } catch (error) {
    if (!(error instanceof S3Error)) throw error
    fault = `${error.code}: ${error.message}`
  }
  return { text: Buffer.concat(pieces).toString(), fault }
}

function whole(request: SelectRequest, bytes: Uint8Array): Promise<Outcome> {
  const kernels = wasmKernels()
  const arena = new Arena(kernels.memory, kernels.heapBase(), scanBudgetBytes[request.input.format])
  return outcomeOf(() => openSelect(request, memorySource(bytes), { kernels, arena, now: utcTimestamp(0) }))
}

/** Each part as a node answers it: what it is asked and what it says travels as bytes. */
function nodesOf(bytes: Uint8Array): SelectNodes & { asked: PartQuery[] } {
  const asked: PartQuery[] = []
  return {
    asked,
    ask(_, query) {
      const given = JSON.parse(JSON.stringify(query)) as PartQuery
      asked.push(given)
      return Promise.resolve(
        answerPart(() => openPart(given, memorySource(bytes)), {
          onFault: (error) => {
            throw error
          },
        }),
      )
    },
  }
}

async function inParts(request: SelectRequest, bytes: Uint8Array): Promise<Outcome> {
  const nodes = nodesOf(bytes)
  const partBytes = Math.ceil(bytes.length / parts)
  const outcome = await outcomeOf(async () => {
    const run = await openFannedOut({ request, source: memorySource(bytes), now: 0, partBytes, nodes })
    expect(run, 'it is split').not.toBeNull()
    return run!
  })
  expect(nodes.asked.length).toBeGreaterThan(0)
  return outcome
}

const statements = [
  'SELECT * FROM S3Object',
  'SELECT s.id, s.city FROM S3Object s',
  "SELECT s.id FROM S3Object s WHERE s.city = 'Oslo'",
  "SELECT s.note, UPPER(s.city) FROM S3Object s WHERE s.note LIKE 'xxx%' AND CAST(s.qty AS INT) > 9000",
  "SELECT s.id FROM S3Object s WHERE s.city = 'nowhere'",
  'SELECT * FROM S3Object LIMIT 1',
  'SELECT s.id FROM S3Object s LIMIT 1234',
  'SELECT * FROM S3Object LIMIT 2999',
  'SELECT s.id FROM S3Object s WHERE CAST(s.qty AS INT) > 9900 LIMIT 9',
  'SELECT COUNT(*) FROM S3Object',
  "SELECT COUNT(*), SUM(CAST(s.qty AS INT)), AVG(CAST(s.qty AS INT)) FROM S3Object s WHERE s.city <> 'Oslo'",
  'SELECT SUM(CAST(s.price AS DECIMAL)), MIN(s.city), MAX(CAST(s.price AS FLOAT)) FROM S3Object s',
  'SELECT SUM(CAST(s.price AS FLOAT)), AVG(CAST(s.price AS FLOAT)) FROM S3Object s',
  'SELECT COUNT(DISTINCT s.city), SUM(DISTINCT CAST(s.qty AS INT)) FROM S3Object s',
  'SELECT s.city, COUNT(*), MIN(CAST(s.qty AS INT)) FROM S3Object s GROUP BY s.city',
  'SELECT s.city, COUNT(*) AS n FROM S3Object s GROUP BY s.city HAVING COUNT(*) > 400 ORDER BY n DESC LIMIT 3',
  'SELECT CAST(s.qty AS INT) % 50 AS k, COUNT(*), MAX(s.note) FROM S3Object s GROUP BY k',
  'SELECT s.id FROM S3Object s GROUP BY s.id LIMIT 2500',
  'SELECT COUNT(*) FROM S3Object s WHERE s.id IS MISSING',
]

describe.each(Object.keys(objects) as Format[])('openFannedOut() of %s', (format) => {
  const { bytes } = objects[format]

  it.each(statements)('%s', async (statement) => {
    const request = requestOf(format, statement)
    const expected = await whole(request, bytes)
    expect(expected.fault).toBeNull()
    expect(await inParts(request, bytes)).toEqual(expected)
  })

  it('gives records before a fault, and then the fault', async () => {
    const request = requestOf(
      format,
      "SELECT s.id, CAST(CASE WHEN CAST(s.id AS INT) = 1700 THEN 'x' ELSE '1' END AS INT) FROM S3Object s",
    )
    const expected = await whole(request, bytes)
    expect(expected.fault).toMatch(/^CastFailed/)
    const outcome = await inParts(request, bytes)
    expect(outcome.fault).toBe(expected.fault)
    expect(outcome.text.trimEnd().split('\n')).toHaveLength(1700)
  })

  it('has LIMIT end before a fault where one scan does', async () => {
    const list = "s.id, CAST(CASE WHEN CAST(s.id AS INT) = 1700 THEN 'x' ELSE '1' END AS INT)"
    for (const limit of [1699, 1700, 1701]) {
      const request = requestOf(format, `SELECT ${list} FROM S3Object s LIMIT ${limit}`)
      const outcome = await inParts(request, bytes)
      expect(outcome.fault === null, `LIMIT ${limit}`).toBe(limit <= 1700)
      expect(outcome.text.trimEnd().split('\n')).toHaveLength(Math.min(limit, 1700))
    }
  })

  it('tells of the first fault of several', async () => {
    const request = requestOf(
      format,
      "SELECT SUM(CAST(CASE WHEN CAST(s.id AS INT) = 1700 THEN 'x' WHEN CAST(s.id AS INT) = 2600 THEN s.id || s.qty ELSE '1' END AS INT)) FROM S3Object s",
    )
    const expected = await whole(request, bytes)
    expect(expected.fault).not.toBeNull()
    expect(await inParts(request, bytes)).toEqual(expected)
  })

  it('tells what is wrong with the statement', async () => {
    for (const statement of ['SELECT NOPE(s.id) FROM S3Object s', 'SELECT COUNT(*), s.id FROM S3Object s']) {
      const request = requestOf(format, statement)
      expect((await inParts(request, bytes)).fault).toBe((await whole(request, bytes)).fault)
    }
  })

  it('takes the records of a scan range and no others', async () => {
    for (const scanRange of [
      { start: 10_000, end: 60_001 },
      { start: null, end: 40_000 },
      { start: 30_000, end: null },
    ]) {
      const request = requestOf(format, 'SELECT s.id FROM S3Object s', { scanRange })
      const partBytes = 4000
      const outcome = await outcomeOf(async () => {
        return (await openFannedOut({
          request,
          source: memorySource(bytes),
          now: 0,
          partBytes,
          nodes: nodesOf(bytes),
        }))!
      })
      expect(outcome).toEqual(await whole(request, bytes))
    }
  })
})
