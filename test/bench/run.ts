// `npm run bench`: the project's server against the bare Worker on the same workerd, in one run whose slices interleave.
// README.md says what the columns mean.
import { cpus } from 'node:os'
import { measureAuthorisation } from './authorisation.ts'
import { sweepInline } from './inline-sweep.ts'
import { prepareListings } from './listings.ts'
import { measure } from './measure.ts'
import { measureMemory } from './memory.ts'
import { isWanted, readOptions, usage, wantsTable } from './options.ts'
import type { Options } from './options.ts'
import { measurePolicies } from './policy.ts'
import {
  httpCells,
  httpHeader,
  memoryCells,
  memoryHeader,
  onTopCells,
  onTopHeader,
  policyCells,
  policyHeader,
  resultCells,
  resultHeader,
  selectCells,
  selectHeader,
  sweepCells,
  sweepHeader,
  table,
} from './report.ts'
import type { Result } from './report.ts'
import { prepareRows, rowsOf } from './rows.ts'
import { measureOverHttp } from './select/over-http.ts'
import { measureSelect } from './select/measure-select.ts'
import { startCeiling, startProduct } from './targets.ts'

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1))
// Whoever started us is gone.
process.on('disconnect', () => process.exit(1))
process.exit(await main())

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2))
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n${usage}`)
    return 2
  }
  process.stdout.write(`${cpus().length} x ${cpus()[0]?.model ?? 'processor'}, ${process.platform}\n\n`)
  const results = wantsTable(options) ? await measureRows(options) : []
  if (results.length > 0) process.stdout.write(`${table(resultHeader, results.map(resultCells))}\n`)
  if (isWanted('authorisation', options)) {
    say('authorisation')
    const onTop = await measureAuthorisation(options)
    process.stdout.write(`${table(onTopHeader, onTop.map(onTopCells))}\n`)
  }
  if (isWanted('policy', options)) {
    say('policy')
    process.stdout.write(`${table(policyHeader, measurePolicies(options.seconds).map(policyCells))}\n`)
  }
  if (isWanted('memory', options)) {
    say('memory')
    const memory = await measureMemory()
    if (memory.length > 0) process.stdout.write(`${table(memoryHeader, memory.map(memoryCells))}\n`)
  }
  if (options.rows === null || options.rows.some((name) => name.startsWith('select'))) {
    say('select')
    process.stdout.write(`${table(selectHeader, (await measureSelect(options)).map(selectCells))}\n`)
    if (isWanted('select-http', options)) {
      process.stdout.write(`${table(httpHeader, [httpCells(await measureOverHttp(options))])}\n`)
    }
  }
  if (options.rows?.includes('inline') === true) await printSweep(options)
  return 0
}

async function measureRows(options: Options): Promise<Result[]> {
  say('starting and filling both servers')
  let product = await startProduct()
  const ceiling = await startCeiling()
  try {
    product = await prepareListings(product)
    const rows = rowsOf(product, ceiling).filter(({ name }) => isWanted(name, options))
    if (rows.length > 0) await prepareRows(product, ceiling)
    const results: Result[] = []
    for (const row of rows) {
      for (const connections of row.connections) {
        const result = await measure(row, connections, options)
        say(resultCells(result).join(' '))
        results.push(result)
      }
    }
    return results
  } finally {
    await product.remove()
    await ceiling.remove()
  }
}

async function printSweep({ rounds, seconds }: Options): Promise<void> {
  const rows: string[][] = []
  await sweepInline({
    rounds,
    seconds,
    connections: [1, 16],
    report(row) {
      rows.push([...sweepCells(row)])
      say(sweepCells(row).join(' '))
    },
  })
  process.stdout.write(table(sweepHeader, rows))
}

/** Progress, beside the tables. */
function say(line: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`)
}
