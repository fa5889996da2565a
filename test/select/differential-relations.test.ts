// Random joins, unions, subqueries and window functions over two objects: CSV, JSON and Parquet must agree with DuckDB.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runSelect } from '../support/run-select.ts'
import { inputs, selectRequest } from '../support/select-formats.ts'
import { duckdbOracle, type Answer, type DuckDBOracle } from './differential/oracles.ts'
import { seeded } from './differential/random.ts'
import { othersName, relationalQuery, type RelationalQuery } from './differential/relations.ts'
import { csvOf, jsonLinesOf, randomRows } from './differential/rows.ts'

const seed = Number(process.env.EDGESHARD_TEST_SEED ?? 20_261_126)
const rounds = Number(process.env.EDGESHARD_TEST_QUERIES ?? 200)
const own = randomRows(60, seeded(seed))
const others = randomRows(45, seeded(seed + 1))
const folder = mkdtempSync(path.join(tmpdir(), 'edgeshard-relations-'))

type Format = keyof typeof inputs
const formats: readonly Format[] = ['CSV', 'JSON', 'Parquet']

let duckdb: DuckDBOracle
let files: Record<Format, { own: Uint8Array; others: Uint8Array }>

beforeAll(async () => {
  duckdb = await duckdbOracle(own, others)
  const parquet = async (table: 'rows' | 'others') => {
    const file = path.join(folder, `${table}.parquet`)
    await duckdb.writeParquet(file, '', table)
    return new Uint8Array(readFileSync(file))
  }
  files = {
    CSV: { own: bytesOf(csvOf(own)), others: bytesOf(csvOf(others)) },
    JSON: { own: bytesOf(jsonLinesOf(own)), others: bytesOf(jsonLinesOf(others)) },
    Parquet: { own: await parquet('rows'), others: await parquet('others') },
  }
})

afterAll(() => {
  duckdb.close()
  rmSync(folder, { recursive: true })
})

async function select({ select: expression, width }: RelationalQuery, format: Format): Promise<Answer> {
  const request = selectRequest(expression, {
    input: inputs[format],
    output: { format: 'JSON', recordDelimiter: '\n' },
  })
  const text = await runSelect(request, files[format].own, { others: { [othersName]: files[format].others } })
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const record = JSON.parse(line) as Record<string, string | number | null>
      return Array.from({ length: width }, (_, index) => record[`c${index}`] ?? null)
    })
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** Sorted, floats to 12 digits. */
function normal(answer: Answer): string[] {
  return answer
    .map((row) =>
      JSON.stringify(row.map((value) => (typeof value === 'number' ? Number(value.toPrecision(12)) : value))),
    )
    .sort()
}

describe('random statements over two objects', () => {
  it(`give the same rows in every format and in DuckDB (seed ${seed}, ${rounds} statements)`, async () => {
    const random = seeded(seed + 2)
    let found = 0
    for (let round = 0; round < rounds; round += 1) {
      const statement = relationalQuery(random)
      const expected = normal(await duckdb.answer(statement.duckdb))
      found += expected.length
      for (const format of formats) {
        const answer = await select(statement, format).catch((error: unknown) => {
          throw new Error(`${format}: ${statement.select}`, { cause: error })
        })
        expect(normal(answer), `${format}: ${statement.select}`).toEqual(expected)
      }
    }
    // Most statements find something.
    expect(found).toBeGreaterThan(rounds * 5)
  }, 120_000)
})
