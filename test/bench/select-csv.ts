// What reading and writing CSV costs in this process, beside copying the same bytes into the memory of the kernels.
//   node test/bench/select-csv.ts [rounds]
// MB of input for each second of processor time, and the share of the copy's speed; the best round of each counts.
import { readFileSync } from 'node:fs'
import { Arena } from '../../src/kernels/select/arena.ts'
import type { Selection } from '../../src/kernels/select/cells.ts'
import type { SelectKernels } from '../../src/kernels/select/kernels.ts'
import type { Batch, ByteChunks, Hint } from '../../src/select/batch.ts'
import type { ColumnRef } from '../../src/select/bind/bound.ts'
import { CsvIndex } from '../../src/select/read/csv-index.ts'
import { CsvReader } from '../../src/select/read/csv-reader.ts'
import { csvSymbols } from '../../src/select/read/csv-symbols.ts'
import { CsvWindow } from '../../src/select/read/csv-window.ts'
import type { CsvInput, CsvOutput } from '../../src/select/request.ts'
import { csvWriter } from '../../src/select/write/csv.ts'
import { randomFrom } from '../support/random.ts'

const fileBytes = 96 << 20
const chunkBytes = 256 << 10
const rounds = Number(process.argv[2] ?? 7)

const input: CsvInput = {
  format: 'CSV',
  header: 'NONE',
  recordDelimiter: '\n',
  fieldDelimiter: ',',
  quote: '"',
  escape: '"',
  comments: '#',
  allowQuotedRecordDelimiter: true,
}

/** Records of ten columns and about 121 bytes, 13 % of them with a quoted field: commas, doubled quotes, line feeds. */
function makeFile(): Uint8Array {
  const random = randomFrom(4)
  const hex = (digits: number) => Array.from({ length: digits }, () => random(16).toString(16)).join('')
  const cities = Array.from({ length: 50 }, (_, index) => `City${index}${'abcdefgh'.slice(index % 8)}`)
  const notes = ['"twelve, or more"', '"she said ""no"" twice"', '"two\nlines of it"']
  const records: string[] = []
  for (let id = 0; id < 40_000; id++) {
    const note = random(100) < 13 ? notes[random(3)] : `plain note number ${random(100_000)} here`
    const city = id % 50 === 7 ? 'Reykjavik' : cities[random(50)]
    const name = `Name ${hex(6)}`
    const date = `20${10 + random(15)}-0${1 + random(9)}-1${random(10)}`
    const amount = `${random(100_000)}.${10 + random(90)}`
    records.push(
      `${id},${name},${name.slice(5)}@example.org,${city},${random(10_000)},${amount},${date},${hex(8)},${note},${hex(12)}`,
    )
  }
  const once = Buffer.from(`${records.join('\n')}\n`)
  return Buffer.concat(Array.from({ length: Math.ceil(fileBytes / once.length) }, () => once)).subarray(0, fileBytes)
}

const file = new Uint8Array(makeFile())
const Module = WebAssembly.Module as unknown as new (bytes: Uint8Array) => WebAssembly.Module
const module = new Module(readFileSync(`${import.meta.dirname}/../../src/kernels/select/wasm/select.wasm`))
const kernels = new WebAssembly.Instance(module).exports as unknown as SelectKernels

/** Chunks as an object's reader hands them out: each its own. */
const pieces = Array.from({ length: fileBytes / chunkBytes }, (_, index) =>
  file.slice(index * chunkBytes, (index + 1) * chunkBytes),
)

function chunksOf(): ByteChunks {
  let next = 0
  return {
    next: async () => pieces[next++] ?? null,
    close: async () => undefined,
    scanned: 0,
    processed: 0,
  }
}

interface Scan {
  columns: ColumnRef[]
  hints?: Hint[]
  across?: boolean
  each?: (batch: Batch, all: Selection, arena: Arena) => number
  output?: CsvOutput
  take?: number[] | 'records'
}

async function scan({ columns, hints = [], across = true, each, output, take = [] }: Scan): Promise<number> {
  const arena = new Arena(kernels.memory, kernels.heapBase(), 64 << 20)
  const all = arena.allocate(4 * 65_536)
  for (let row = 0; row < 65_536; row++) arena.u32[all / 4 + row] = row
  const symbols = csvSymbols({ ...input, allowQuotedRecordDelimiter: across }, 'aws')
  const chunks = chunksOf()
  const { recordDelimiter } = symbols
  const reader = new CsvReader({
    index: new CsvIndex(arena, kernels, symbols, 8192),
    window: new CsvWindow({ arena, chunks, offset: 0, windowBytes: 65_536, recordDelimiter }),
    chunks,
    names: null,
    lastStart: Number.MAX_SAFE_INTEGER,
    literalFirst: true,
  })
  reader.start(columns, hints)
  const writer = output && csvWriter({ kernels, arena, dialect: 'aws', input, output })
  let result = 0
  for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
    const selection = { pointer: all, count: batch.rows }
    if (writer) {
      if (take === 'records') writer.records(batch, 0, selection)
      else writer.columns(batch, take, selection)
      result += writer.take().length
    } else {
      result += each === undefined ? batch.rows : each(batch, selection, arena)
    }
  }
  return result
}

/** Rows whose cell is a text: what a predicate costs at most, in JavaScript. */
function equal(text: string): NonNullable<Scan['each']> {
  const wanted = Buffer.from(text)
  return (batch, selection, arena) => {
    const cells = batch.vector(0, selection)
    if (cells.type !== 'cells') return 0
    const { u8, u32 } = arena
    let hits = 0
    for (let row = 0; row < selection.count; row++) {
      const start = u32[cells.starts / 4 + row] ?? 0
      if ((u32[cells.ends / 4 + row] ?? 0) - start !== wanted.length || u8[start] !== wanted[0]) continue
      let at = 1
      while (at < wanted.length && u8[start + at] === wanted[at]) at++
      if (at === wanted.length) hits++
    }
    return hits
  }
}

const city: ColumnRef[] = [{ by: 'position', index: 3 }]
const two: ColumnRef[] = [0, 5].map((index) => ({ by: 'position', index }))
const literal = (text: string): Hint[] => [{ hint: 'literal', bytes: Buffer.from(text) }]
const output: CsvOutput = { ...input, format: 'CSV', quoteFields: 'ASNEEDED' }

async function copy(): Promise<number> {
  const arena = new Arena(kernels.memory, kernels.heapBase(), 64 << 20)
  const region = arena.allocate(65_536)
  const chunks = chunksOf()
  for (let chunk = await chunks.next(); chunk !== null; chunk = await chunks.next()) {
    for (let at = 0; at < chunk.length; at += 65_536) arena.u8.set(chunk.subarray(at, at + 65_536), region)
  }
  return file.length
}

const rows: [what: string, run: () => Promise<number>][] = [
  ['copy into kernel memory', copy],
  ['COUNT(*), delimiters alone', () => scan({ columns: [], across: false })],
  ['COUNT(*), quotes', () => scan({ columns: [] })],
  ['index', () => scan({ columns: city })],
  ['index, cells of a column', () => scan({ columns: city, each: (batch, all) => (batch.vector(0, all), batch.rows) })],
  ["city = 'Reykjavik'", () => scan({ columns: city, each: equal('Reykjavik') })],
  [
    "city = 'Reykjavik', literal first",
    () => scan({ columns: city, hints: literal('Reykjavik'), each: equal('Reykjavik') }),
  ],
  [
    "code = 'deadbeef', literal first",
    () => scan({ columns: city, hints: literal('deadbeef'), each: equal('deadbeef') }),
  ],
  ['two columns of all records', () => scan({ columns: two, output, take: [0, 1] })],
  ['SELECT *', () => scan({ columns: [{ by: 'record' }], output, take: 'records' })],
]

const best = rows.map(() => ({ microseconds: Infinity, result: 0 }))
for (let round = 0; round < rounds; round++) {
  for (const [index, [, run]] of rows.entries()) {
    const before = process.cpuUsage()
    const result = await run()
    const { user, system } = process.cpuUsage(before)
    if (user + system < (best[index]?.microseconds ?? 0)) best[index] = { microseconds: user + system, result }
  }
}
const floor = best[0]?.microseconds ?? 1
for (const [index, [what]] of rows.entries()) {
  const { microseconds, result } = best[index] ?? { microseconds: 1, result: 0 }
  const speed = (file.length / microseconds).toFixed(0).padStart(6)
  console.log(`${what.padEnd(36)} ${speed} MB/cpu-s  ${(floor / microseconds).toFixed(2)} of the copy  (${result})`)
}
