// Random files: wasm kernels, reference kernels and a state machine must tell the same. CSV_FUZZ_ROUNDS=60000 for a long run.
import { describe, expect, it } from 'vitest'
import { referenceKernels } from '../../../src/kernels/select/reference/index.ts'
import { wasmKernels } from '../../../src/kernels/select/wasm-kernels.ts'
import { parseCsv, readAll } from './csv.fixture.ts'
import { randomFile } from './csv.generator.ts'

const rounds = Number(process.env['CSV_FUZZ_ROUNDS'] ?? 1500)
const seed = Number(process.env['CSV_FUZZ_SEED'] ?? Date.now() % 1_000_000_000)

describe(`random CSV files from seed ${seed}`, () => {
  it('are the same to both kernels and the state machine', { timeout: 3_600_000 }, async () => {
    const [wasm, reference] = [wasmKernels(), referenceKernels()]
    for (let round = 0; round < rounds; round++) {
      const { text, facts } = randomFile(seed + round)
      const bytes = new TextEncoder().encode(text)
      const expected = parseCsv(bytes, facts)
      const facing = `seed ${seed + round}: ${JSON.stringify(facts)} ${JSON.stringify(text)}`
      expect(await readAll(wasm, bytes, facts), `wasm, ${facing}`).toEqual(expected)
      if (round % 8 === 0) expect(await readAll(reference, bytes, facts), `reference, ${facing}`).toEqual(expected)
    }
  })
})
