// S3 Select's engine in this process, on resident bytes, against DuckDB with one thread on the same rows as a file: processor
// time of the whole process, in rounds that take turns.
import { registerHooks } from 'node:module'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { inputs, selectRequest } from '../../support/select-formats.ts'
import { makeFiles } from './data.ts'
import { openDuckDB } from './duckdb.ts'
import { besideTime } from './beside.ts'
import { selectRows } from './queries.ts'
import type { SelectRow } from './queries.ts'
import { isWanted } from '../options.ts'
import type { Options } from '../options.ts'
import type { SelectRequest } from '../../../src/select/request.ts'

export interface SelectResult {
  row: SelectRow
  /** 10^6 bytes of the file for each second of processor time: the median round. */
  megabytesPerSecond: number
  duckdb: number | null
  /** Median over rounds of DuckDB's time by ours. */
  ratio: number | null
  besideRatio: number | null
}

const megabytes = 64

/** Ours runs so long before it counts: a server has been at it for hours, and V8 goes on compiling for seconds. */
const warmMilliseconds = 5000
/** Runs of the other sides before any counts. */
const warmRuns = 10
/** A query may take a few milliseconds, and the first one after another side's finds its caches empty: a round has several. */
const runsOfRound = { csv: 3, json: 1, parquet: 8 }

/** Workers import compiled modules; Node needs to be told. */
registerHooks({
  load(url, context, next) {
    if (!url.endsWith('.wasm')) return next(url, context)
    const base64 = readFileSync(fileURLToPath(url), 'base64')
    const source = `export default new WebAssembly.Module(Buffer.from('${base64}', 'base64'))`
    return { format: 'module', source, shortCircuit: true }
  },
})

/** The rows asked for. */
export async function measureSelect(options: Options): Promise<SelectResult[]> {
  const { rounds } = options
  const engine = await loadEngine()
  const duckdb = await openDuckDB()
  const files = await makeFiles(duckdb, megabytes)
  try {
    const results: SelectResult[] = []
    for (const row of selectRows(files).filter(({ name }) => isWanted(name, options))) {
      const bytes = files.read(row.file)
      const request = requestOf(row)
      const ours = () => engine(request, bytes)
      const theirs = row.duckdb === null ? null : () => duckdb.value(row.duckdb ?? '')
      await check(row, ours, theirs)
      const times = { ours: [] as number[], theirs: [] as number[], beside: [] as number[] }
      for (let round = 0; round < rounds; round += 1) {
        const runs = runsOfRound[row.file]
        times.ours.push(await processorTime(ours, runs))
        if (theirs !== null) times.theirs.push(await processorTime(theirs, runs))
        if (row.beside !== undefined) times.beside.push(await processorTime(() => besideTime(row, bytes), runs))
      }
      const rate = (list: number[]) => bytes.length / 1e6 / median(list)
      const ratios = (list: number[]) =>
        list.length === 0 ? null : median(list.map((time, round) => time / (times.ours[round] ?? 1)))
      results.push({
        row,
        megabytesPerSecond: rate(times.ours),
        duckdb: theirs === null ? null : rate(times.theirs),
        ratio: ratios(times.theirs),
        besideRatio: ratios(times.beside),
      })
    }
    return results
  } finally {
    files.remove()
    duckdb.close()
  }
}

/** Runs both sides until they are warm, as a server is, and holds the answers against each other. */
async function check(
  row: SelectRow,
  ours: () => Promise<string>,
  theirs: (() => Promise<string>) | null,
): Promise<void> {
  let answer = ''
  const warm = performance.now() + warmMilliseconds
  while (performance.now() < warm) answer = await ours()
  let expected: string | undefined
  for (let run = 0; run < warmRuns; run += 1) expected = await theirs?.()
  if (row.isScalar && expected !== undefined && Number(answer) !== Number(expected)) {
    throw new Error(`${row.name}: ${answer.trim()} instead of ${expected}`)
  }
}

type Engine = (request: SelectRequest, bytes: Uint8Array) => Promise<string>

/** Answers as text, with kernels that are kept from query to query, as an isolate does. */
async function loadEngine(): Promise<Engine> {
  // These load kernels: only after Node was told how.
  const { runSelect } = await import('../../support/run-select.ts')
  const { wasmKernels } = await import('../../../src/kernels/select/wasm-kernels.ts')
  const kernels = wasmKernels()
  return (request, bytes) => runSelect(request, bytes, { kernels })
}

function requestOf({ file, expression, quoted = true }: SelectRow): SelectRequest {
  const input = {
    csv: { ...inputs.CSV, allowQuotedRecordDelimiter: quoted },
    json: inputs.JSON,
    parquet: inputs.Parquet,
  }
  return selectRequest(expression, { input: input[file] })
}

/** Seconds of processor time of this process, all threads, for one of `runs`. */
async function processorTime(work: () => Promise<unknown>, runs: number): Promise<number> {
  const before = process.cpuUsage()
  for (let run = 0; run < runs; run += 1) await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6 / runs
}

function median(list: readonly number[]): number {
  const sorted = [...list].sort((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
