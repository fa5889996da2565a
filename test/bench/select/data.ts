// The same rows as CSV, JSON lines and Parquet, made from a seed in a folder that is removed afterwards.
import { mkdtempSync, openSync, closeSync, writeSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { seeded, type Random } from '../../select/differential/random.ts'
import type { DuckDB } from './duckdb.ts'

export interface Files {
  folder: string
  rows: number
  csv: string
  json: string
  /** Row groups of 122,880 rows, SNAPPY. */
  parquet: string
  /** Sorted by city, row groups of 20,480 rows. */
  sorted: string
  read(name: 'csv' | 'json' | 'parquet' | 'sorted'): Uint8Array<ArrayBuffer>
  remove(): void
}

export const csvColumns = ['id', 'name', 'email', 'city', 'country', 'qty', 'price', 'code', 'day', 'note']

const cities = Array.from({ length: 50 }, (_, index) => (index === 7 ? 'Reykjavik' : `City ${index}`))
const countries = ['IS', 'DE', 'FR', 'NO', 'US', 'JP', 'BR', 'IN']
const words = 'signature header payload bucket object region policy version upload range shard edge worker cache'.split(
  ' ',
)

export interface BenchRow {
  fields: string[]
  json: string
}

/** Rows of about 121 bytes as CSV; 13 % of them have a quoted note: commas, doubled quotes, line breaks. */
export function benchRow(id: number, random: Random): BenchRow {
  const number = (below: number) => random.below(below)
  const pick = <T>(from: readonly T[]) => random.pick(from)
  const code = number(2 ** 32)
    .toString(16)
    .padStart(8, '0')
  const name = `${pick(words)} ${pick(words)}`
  const email = `${pick(words)}.${number(1e6)}@example.com`
  const city = pick(cities)
  const country = pick(countries)
  const qty = number(10_000)
  const price = `${number(1000)}.${String(number(100)).padStart(2, '0')}`
  const day = `2026-${String(1 + number(12)).padStart(2, '0')}-${String(1 + number(28)).padStart(2, '0')}`
  const plain = `${pick(words)} ${pick(words)} ${pick(words)} ${pick(words)}`
  const kind = random.next()
  const note =
    kind > 0.13
      ? plain
      : kind > 0.06
        ? `${plain}, ${pick(words)}`
        : kind > 0.02
          ? `a "${plain}"`
          : `${plain}\n${pick(words)}`
  const fields = [String(id), name, email, city, country, String(qty), price, code, day, note]
  const json = JSON.stringify({ id, name, email, city, country, qty, price: Number(price), tags: { day, code }, note })
  return { fields, json }
}

/** A row as a record of CSV, with its delimiter. */
export function csvLine({ fields }: BenchRow): string {
  return `${fields.map(csvField).join(',')}\n`
}

function csvField(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Makes the files; CSV comes to about `megabytes` (10^6 bytes). */
export async function makeFiles(duckdb: DuckDB, megabytes: number): Promise<Files> {
  const folder = mkdtempSync(path.join(tmpdir(), 'edgeshard-bench-'))
  const at = (name: string) => path.join(folder, name)
  const files = {
    csv: at('rows.csv'),
    json: at('rows.jsonl'),
    parquet: at('rows.parquet'),
    sorted: at('sorted.parquet'),
  }
  const rows = writeRows(files, megabytes * 1e6)
  const table = `read_csv('${files.csv}', header = true, types = {'id': 'BIGINT', 'qty': 'INTEGER', 'price': 'DOUBLE', 'day': 'VARCHAR', 'code': 'VARCHAR'})`
  await duckdb.run(`COPY (SELECT * FROM ${table}) TO '${files.parquet}' (FORMAT parquet, COMPRESSION snappy)`)
  await duckdb.run(
    `COPY (SELECT * FROM ${table} ORDER BY city) TO '${files.sorted}' (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 20480)`,
  )
  return {
    folder,
    rows,
    ...files,
    read: (name) => new Uint8Array(readFileSync(files[name])),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function writeRows(files: { csv: string; json: string }, bytes: number): number {
  const random = seeded(20_261_125)
  const csv = openSync(files.csv, 'w')
  const json = openSync(files.json, 'w')
  let written = writeSync(csv, `${csvColumns.join(',')}\n`)
  let rows = 0
  while (written < bytes) {
    const batch = Array.from({ length: 2000 }, (_, index) => benchRow(rows + index, random))
    written += writeSync(csv, batch.map(csvLine).join(''))
    writeSync(json, batch.map((each) => `${each.json}\n`).join(''))
    rows += batch.length
  }
  closeSync(csv)
  closeSync(json)
  return rows
}
