import { describe, expect, it } from 'vitest'
import { csvStatus } from '../../../src/kernels/select/csv.ts'
import { referenceKernels } from '../../../src/kernels/select/reference/index.ts'
import { wasmKernels } from '../../../src/kernels/select/wasm-kernels.ts'
import { randomFile } from '../../select/read/csv.generator.ts'
import { csvContract } from './csv.contract.ts'
import { csvCountContract } from './csv-count.contract.ts'
import { randomFrom } from '../../support/random.ts'
import { fieldsOf, place, run, runCandidates } from './csv.fixture.ts'
import type { Placed } from './csv.fixture.ts'

csvContract('CSV in WebAssembly', wasmKernels)
csvContract('CSV, reference', referenceKernels)
csvCountContract('CSV in WebAssembly', wasmKernels)
csvCountContract('CSV, reference', referenceKernels)

const seed = Number(process.env['CSV_FUZZ_SEED'] ?? Date.now() % 1_000_000_000)
const rounds = Number(process.env['CSV_FUZZ_ROUNDS'] ?? 640)

/** Records of up to some hundred bytes; quotes, comments and needles are far apart. */
function sparseFile(from: number): Placed {
  const random = randomFrom(from)
  const every = 10 + random(400)
  const parts = ['"', '"', '""', '","', '"\n"', 'needle', 'a needle', '\n#', '#', '\n#needle', '\r\n', ',""\n', '\n\n']
  const quotedParts = [',"quoted, text"\n', '\n"a\nb","c""d"\n', `,"${'long\n'.repeat(random(80))}needle",`]
  let text = ''
  while (text.length < 2000) {
    text += 'straw, ab'.repeat(random(every / 5)).slice(random(9))
    text += random(3) === 0 ? (parts[random(parts.length)] ?? '') : ['\n', ',', quotedParts[random(3)]][random(3)]
  }
  const input = { comments: ['#', '#', '', '!', '##'][random(5)] ?? '', quote: random(6) === 0 ? '' : '"' }
  const dialect = random(2) === 0 ? 'aws' : 'lenient'
  return { text: text.slice(0, 1200 + random(800)), input: { ...input, escape: input.quote }, dialect }
}

/** Records over several chunks of a kernel that counts; what is no plain text has stretches of its own, and is near their borders. */
function longFile(from: number): Placed {
  const random = randomFrom(from)
  const quoted = [
    ',"quoted, text"',
    '"a\nb","c""d"',
    '""',
    `"${'long\n'.repeat(random(200))}"`,
    ',"a#b\n#"',
    '"""\n"""',
  ]
  const other = ['', '\r', '\r', 'x#', ',', '\rx', 'x']
  const comments = ['', '#', '!', ';'][random(4)] ?? ''
  const input = { comments, allowQuotedRecordDelimiter: random(3) > 0 }
  const begin = input.allowQuotedRecordDelimiter ? other : [...other, `${comments}comment`, comments]
  let text = ''
  const size = 300 + random(60_000)
  while (text.length < size) {
    const records = begin.concat(random(2) === 0 ? quoted : [])
    const every = 1 + random(60)
    const width = random(150)
    for (let left = random(150); left > 0; left--) {
      text += random(every) === 0 ? (records[random(records.length)] ?? '') : 'plain,text '.repeat(15).slice(0, width)
      text += '\n'
    }
    const border = 16_384 - (text.length % 16_384)
    if (border < 4000) text += `${'y'.repeat(Math.max(border - random(4), 0))}${records[random(records.length)]}\n`
  }
  return { text, input, dialect: random(2) === 0 ? 'aws' : 'lenient', rowsMax: 70_000 }
}

describe(`CSV kernels from seed ${seed}`, () => {
  it('count in long text what they find in it', { timeout: 3_600_000 }, () => {
    const [wasm, reference] = [wasmKernels(), referenceKernels()]
    let told = 0
    for (let round = 0; round < rounds / 8; round++) {
      const { text, ...facts } = longFile(seed + round)
      const padding = ['"', '\n', '#\n'][round % 3] ?? ''
      const placed = { ...facts, text: text.slice(0, text.length - (round % 5)), alignment: round % 64, padding }
      const bench = place(wasm, placed)
      const counted = run(bench, 'count')
      const isAcross = placed.input?.allowQuotedRecordDelimiter === true
      const expected = isAcross ? run(bench, 'walk') : run(place(reference, placed), 'count')
      if ((counted.status & csvStatus.anomaly) !== 0 || expected.status === csvStatus.full) continue
      told++
      expect(counted, `seed ${seed + round}, ${JSON.stringify(facts)}`).toEqual(expected)
    }
    expect(told).toBeGreaterThan(rounds / 32)
  })

  it('find what the reference finds at every alignment between hostile bytes', { timeout: 3_600_000 }, () => {
    const [wasm, reference] = [wasmKernels(), referenceKernels()]
    let told = 0
    for (let round = 0; round < rounds; round++) {
      const { text: file, facts } = randomFile(seed + round)
      // Windows end anywhere, so the text is cut anywhere.
      const text = file.slice(0, file.length - (round % 7))
      const padding = ['"', '\n', ',', "'\\", '#\n', '”'][round % 6] ?? ''
      const placed = { text, ...facts, alignment: round % 64, padding }
      const expected = place(reference, placed)
      const found = run(expected, 'walk')
      const fields = fieldsOf(expected, found.rows)
      const shown = `seed ${seed + round}: ${JSON.stringify(placed)}`

      const actual = place(wasm, placed)
      expect(run(actual, 'walk'), shown).toEqual(found)
      expect(fieldsOf(actual, found.rows), shown).toEqual(fields)
      if (!actual.index.symbols.plain) continue

      // A mask kernel may say that it cannot tell; what it tells is right.
      const indexed = run(actual, 'index')
      if ((indexed.status & csvStatus.anomaly) === 0) {
        told++
        expect(indexed, shown).toEqual(found)
        expect(fieldsOf(actual, found.rows), shown).toEqual(fields)
      } else if (found.status === 0) {
        expect(text, shown).toMatch(/["'#!]/)
      }
      const candidates = runCandidates(actual, 'needle')
      if ((candidates.status & csvStatus.anomaly) !== 0) continue
      const some = fieldsOf(actual, candidates.rows)
      const wanted = fields.filter((record) => record.some((field) => field.includes('needle')))
      expect(fields, shown).toEqual(expect.arrayContaining(some))
      expect(some, shown).toEqual(expect.arrayContaining(wanted))
    }
    expect(told).toBeGreaterThan(rounds / 8)
  })

  it('find every record with a literal in text with few quotes and comments', { timeout: 3_600_000 }, () => {
    const wasm = wasmKernels()
    let told = 0
    for (let round = 0; round < rounds; round++) {
      const placed = {
        ...sparseFile(seed + round),
        alignment: round % 64,
        padding: ['\n', 'needle', '"'][round % 3] ?? '',
      }
      const shown = `seed ${seed + round}: ${JSON.stringify(placed)}`
      const bench = place(wasm, placed)
      const found = run(bench, 'walk')
      const fields = fieldsOf(bench, found.rows)
      for (const literal of ['needle', 'a needle', 'e']) {
        const candidates = runCandidates(bench, literal)
        if ((candidates.status & csvStatus.anomaly) !== 0) continue
        told++
        const some = fieldsOf(bench, candidates.rows)
        const wanted = fields.filter((record) => record.some((field) => field.includes(literal)))
        expect(candidates.consumed, shown).toBe(found.consumed)
        expect(fields, shown).toEqual(expect.arrayContaining(some))
        expect(some, shown).toEqual(expect.arrayContaining(wanted))
        expect(some.length - wanted.length, shown).toBeLessThanOrEqual(placed.text.split('"').length)
      }
    }
    expect(told).toBeGreaterThan(rounds)
  })

  it('tell UTF-8 from other bytes', () => {
    const kernels = wasmKernels()
    const bench = place(kernels, { text: '.'.repeat(256) })
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    const edges = [
      0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef,
      0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff,
    ]
    const isText = (bytes: Uint8Array) => {
      try {
        decoder.decode(bytes)
        return 1
      } catch {
        return 0
      }
    }
    for (const first of edges) {
      for (const second of edges) {
        for (const third of edges) {
          for (const rest of [[0x80], [0xbf, 0x20], [0x20]]) {
            const bytes = Uint8Array.of(0x20, first, second, third, ...rest)
            bench.arena.u8.set(bytes, bench.from)
            const valid = kernels.validUtf8(bench.from, bench.from + bytes.length)
            if (valid !== isText(bytes)) expect.fail(`${Buffer.from(bytes).toString('hex')} is ${valid}`)
          }
        }
      }
    }
  })
})
