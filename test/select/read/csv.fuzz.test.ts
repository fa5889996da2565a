// Random files: wasm kernels, reference kernels and a state machine must tell the same. CSV_FUZZ_ROUNDS=60000 for a long run.
import { describe, expect, it } from 'vitest'
import { referenceKernels } from '../../../src/kernels/select/reference/index.ts'
import { wasmKernels } from '../../../src/kernels/select/wasm-kernels.ts'
import { countAll, csvDefaults, parseCsv, readAll } from './csv.fixture.ts'
import type { CsvCase } from './csv.fixture.ts'
import { randomFile } from './csv.generator.ts'

const rounds = Number(process.env['CSV_FUZZ_ROUNDS'] ?? 1000)
const seed = Number(process.env['CSV_FUZZ_SEED'] ?? Date.now() % 1_000_000_000)
const wasm = wasmKernels()
const reference = referenceKernels()
const timeout = 3_600_000

function* files() {
  for (let round = 0; round < rounds; round++) {
    const { text, facts } = randomFile(seed + round)
    const shown = `seed ${seed + round}: ${JSON.stringify(facts)} ${JSON.stringify(text)}`
    yield { bytes: new TextEncoder().encode(text), facts, shown, round }
  }
}

/** Where every delimiter ends a record, counting takes no notice of quotes. */
function countExpected(bytes: Uint8Array, facts: CsvCase) {
  const { allowQuotedRecordDelimiter } = { ...csvDefaults, ...facts.input }
  const { records, fault } = parseCsv(
    bytes,
    allowQuotedRecordDelimiter ? facts : { ...facts, input: { ...facts.input, quote: '' } },
  )
  return { rows: records.length, fault }
}

describe(`random CSV files from seed ${seed}`, () => {
  it('are the same to both kernels and the state machine', { timeout }, async () => {
    for (const { bytes, facts, shown, round } of files()) {
      const expected = parseCsv(bytes, facts)
      expect(await readAll(wasm, bytes, facts), `wasm, ${shown}`).toEqual(expected)
      if (round % 8 === 0) expect(await readAll(reference, bytes, facts), `reference, ${shown}`).toEqual(expected)
    }
  })

  it('have as many records when only counted', { timeout }, async () => {
    for (const { bytes, facts, shown, round } of files()) {
      const expected = countExpected(bytes, facts)
      expect(await countAll(wasm, bytes, facts), `wasm, ${shown}`).toEqual(expected)
      if (round % 8 === 0) expect(await countAll(reference, bytes, facts), `reference, ${shown}`).toEqual(expected)
    }
  })

  it('lose no record with a literal to looking for it first', { timeout }, async () => {
    let skipped = 0
    for (const { bytes, facts, shown, round } of files()) {
      const expected = parseCsv(bytes, facts)
      const literal = ['needle', 'x yx', 'a-日', 'aneedle', '0"'][round % 5] ?? ''
      const hints = [{ hint: 'literal' as const, bytes: new TextEncoder().encode(literal) }]
      const has = (record: (string | null)[]) => record.some((field) => field?.includes(literal))
      for (const [name, kernels] of Object.entries(round % 8 === 0 ? { wasm, reference } : { wasm })) {
        const { records, fault } = await readAll(kernels, bytes, { ...facts, hints })
        expect(fault, `${name}, ${literal}, ${shown}`).toBe(expected.fault)
        expect(records.filter(has), `${name}, ${literal}, ${shown}`).toEqual(expected.records.filter(has))
        skipped += expected.records.length - records.length
      }
    }
    expect(skipped).toBeGreaterThan(rounds)
  })
})
