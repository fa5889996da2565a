// Random statements over the same rows: CSV, JSON and Parquet must agree with each other, with DuckDB and with SQLite,
// however the engine is tuned.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answerPart } from '../../src/select/fan-out/answer-part.ts'
import { openFannedOut } from '../../src/select/fan-out/open-fanned-out.ts'
import { openPart } from '../../src/select/fan-out/open-part.ts'
import type { PartQuery, SelectNodes } from '../../src/select/fan-out/part-query.ts'
import type { SelectRequest, SelectTuning } from '../../src/select/request.ts'
import { bzip2Encoded } from '../support/bzip2-encoder.ts'
import { residentObject } from '../support/resident-object.ts'
import { runSelect } from '../support/run-select.ts'
import { inputs, selectRequest } from '../support/select-formats.ts'
import { duckdbOracle, sqliteOracle, type Answer, type DuckDBOracle, type Oracle } from './differential/oracles.ts'
import { query, type Query } from './differential/queries.ts'
import { seeded } from './differential/random.ts'
import { csvOf, jsonLinesOf, randomRows } from './differential/rows.ts'

const seed = Number(process.env.EDGESHARD_TEST_SEED ?? 20_261_125)
const rounds = Number(process.env.EDGESHARD_TEST_QUERIES ?? 200)
const rows = randomRows(400, seeded(seed))
const folder = mkdtempSync(path.join(tmpdir(), 'edgeshard-differential-'))

let duckdb: DuckDBOracle
let sqlite: Oracle
let files: Record<keyof typeof inputs, Uint8Array>

beforeAll(async () => {
  duckdb = await duckdbOracle(rows)
  sqlite = await sqliteOracle(rows)
  const parquet = path.join(folder, 'rows.parquet')
  await duckdb.writeParquet(parquet, ', ROW_GROUP_SIZE 128')
  files = {
    CSV: new TextEncoder().encode(csvOf(rows)),
    JSON: new TextEncoder().encode(jsonLinesOf(rows)),
    Parquet: new Uint8Array(readFileSync(parquet)),
  }
})

afterAll(() => {
  duckdb.close()
  sqlite.close()
  rmSync(folder, { recursive: true })
})

function run(request: SelectRequest, bytes: Uint8Array, tuning: SelectTuning = {}): Promise<string> {
  return runSelect(request, bytes, { tuning })
}

function select(
  { select: expression, width }: Query,
  format: keyof typeof inputs,
  tuning?: SelectTuning,
): Promise<Answer> {
  const request = selectRequest(expression, {
    input: inputs[format],
    output: { format: 'JSON', recordDelimiter: '\n' },
  })
  return run(request, files[format], tuning).then((text) =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const record = JSON.parse(line) as Record<string, string | number | null>
        return Array.from({ length: width }, (_, index) => record[`c${index}`] ?? null)
      }),
  )
}

/** As all sides write it: in the statement's order or sorted, floats to 12 digits. */
function normal(answer: Answer, { isOrdered }: Query): string[] {
  const lines = answer.map((row) =>
    JSON.stringify(row.map((value) => (typeof value === 'number' ? Number(value.toPrecision(12)) : value))),
  )
  return isOrdered ? lines : lines.sort()
}

/** The answer of seven parts; null where the statement is not answered in parts. */
async function inParts(request: SelectRequest, bytes: Uint8Array): Promise<string | null> {
  const nodes: SelectNodes = {
    ask: (_, part) => {
      const opening = () => openPart(JSON.parse(JSON.stringify(part)) as PartQuery, residentObject(bytes))
      return Promise.resolve(answerPart(opening, { onFault: () => undefined }))
    },
  }
  const partBytes = Math.ceil(bytes.length / 7)
  const opened = await openFannedOut({
    request,
    source: residentObject(bytes),
    now: Date.UTC(2026, 10, 25),
    partBytes,
    nodes,
  })
  if (opened === null) return null
  const pieces: Uint8Array[] = []
  for (let piece = await opened.next(); piece !== null; piece = await opened.next()) pieces.push(piece)
  await opened.close()
  return Buffer.concat(pieces).toString()
}

describe('random statements', () => {
  it(`give the same rows in every format and in DuckDB and SQLite (seed ${seed}, ${rounds} statements)`, async () => {
    const random = seeded(seed + 1)
    for (let round = 0; round < rounds; round += 1) {
      const statement = query(random)
      const expected = normal(await duckdb.answer(statement.duckdb), statement)
      expect(normal(await sqlite.answer(statement.sqlite), statement), `SQLite: ${statement.sqlite}`).toEqual(expected)
      for (const format of ['CSV', 'JSON', 'Parquet'] as const) {
        const answer = normal(await select(statement, format), statement)
        expect(answer, `${format}: ${statement.select}`).toEqual(expected)
      }
    }
  }, 120_000)

  it('give the same bytes whatever the window, with and without literals first and kernels', async () => {
    const random = seeded(seed + 2)
    const tunings: SelectTuning[] = [
      { windowBytes: 1024 },
      { windowBytes: 1024 * 1024 },
      { literalFirst: false },
      { vectorised: false },
      { vectorised: false, windowBytes: 1024 },
    ]
    for (let round = 0; round < rounds / 5; round += 1) {
      const { select: expression } = query(random)
      for (const format of ['CSV', 'JSON', 'Parquet'] as const) {
        const request = selectRequest(expression, { input: inputs[format] })
        const expected = await run(request, files[format])
        for (const tuning of tunings) {
          const name = `${format}, ${JSON.stringify(tuning)}: ${expression}`
          expect(await run(request, files[format], tuning), name).toBe(expected)
        }
      }
    }
  }, 120_000)

  it('give the same bytes over compressed objects and in seven parts', async () => {
    const random = seeded(seed + 3)
    const zipped = {
      GZIP: gzipSync,
      BZIP2: (bytes: Uint8Array) => bzip2Encoded(bytes, { random: (bound) => random.below(bound) }),
    }
    for (let round = 0; round < rounds / 10; round += 1) {
      const { select: expression } = query(random)
      for (const format of ['CSV', 'JSON'] as const) {
        const request = selectRequest(expression, { input: inputs[format] })
        const expected = await run(request, files[format])
        for (const compression of ['GZIP', 'BZIP2'] as const) {
          const compressed = new Uint8Array(zipped[compression](files[format]))
          expect(await run({ ...request, compression }, compressed), `${compression} ${format}: ${expression}`).toBe(
            expected,
          )
        }
      }
      // JSON lines, since the notes hold line breaks, at which CSV in parts is cut.
      for (const format of ['JSON', 'Parquet'] as const) {
        const request = selectRequest(expression, { input: inputs[format] })
        const expected = await run(request, files[format])
        expect((await inParts(request, files[format])) ?? expected, `in parts, ${format}: ${expression}`).toBe(expected)
      }
    }
  }, 120_000)
})
