// JSON input as a stream: scan ranges, literals looked for first, compression, documents larger than memory may be.
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { Arena } from '../../../src/kernels/select/arena.ts'
import { wasmKernels } from '../../../src/kernels/select/wasm-kernels.ts'
import type { ColumnRef, PathStep } from '../../../src/select/bind/bound.ts'
import { openJson } from '../../../src/select/read/json.ts'
import { readJson } from '../../support/json-records.ts'
import type { JsonReading } from '../../support/json-records.ts'
import { generatedSource } from '../../support/object-source.ts'

const encoder = new TextEncoder()
const key = (name: string): PathStep => ({ step: 'key', name, caseSensitive: false })
const path = (...names: string[]): ColumnRef => ({ by: 'path', steps: names.map(key) })
const elements: PathStep = { step: 'elements' }
const literal = (text: string) => [{ hint: 'literal' as const, bytes: encoder.encode(text) }]

/** Of records of `id` and `note`. */
const wanted = ([, note]: unknown[]) => String(note).includes('needle')

describe('a scan range of JSON lines', () => {
  const lines = ['{"a":0}', '', '{"a":1,"b":"x"}', '{"a":2}{"a":3}', ' {"a":4}\r', '5', '{"a":6}']
  const text = lines.join('\n')

  it('gives every record once, wherever the file is cut', async () => {
    const whole = await readJson(text, [{ by: 'record' }])
    for (let cut = 1; cut < text.length; cut++) {
      const first = await readJson(text, [{ by: 'record' }], { scanRange: { start: 0, end: cut - 1 } })
      const rest = await readJson(text, [{ by: 'record' }], { scanRange: { start: cut, end: null } })
      expect([cut, [...first, ...rest]]).toEqual([cut, whole])
    }
  })

  it('of single bytes gives the lines that begin there', async () => {
    const counts = []
    for (let at = 0; at < text.length; at++) {
      counts.push((await readJson(text, [], { scanRange: { start: at, end: at } })).length)
    }
    const starts = Array.from(text, (_, at) => (at === 0 || text[at - 1] === '\n' ? 1 : 0))
    // The second line is empty; the fourth has two records.
    const expected = starts.map((begins, at) => {
      if (begins === 0 || text[at] === '\n') return 0
      return text.startsWith('{"a":2}', at) ? 2 : 1
    })
    expect(counts).toEqual(expected)
  })

  it('may be the last bytes alone', async () => {
    expect(await readJson(text, [path('a')], { scanRange: { start: null, end: 8 } })).toEqual([[6]])
  })

  it.each<[string, JsonReading]>([
    ['a document', { type: 'DOCUMENT' }],
    ['what is compressed', { compression: 'GZIP' }],
  ])('is refused of %s', async (_what, reading) => {
    const failure = Promise.resolve().then(() => readJson(text, [], { ...reading, scanRange: { start: 0, end: 5 } }))
    await expect(failure).rejects.toMatchObject({ code: 'UnsupportedScanRangeInput' })
  })
})

describe('a literal that is looked for first', () => {
  const records = Array.from({ length: 3000 }, (_, index) => {
    const note = index % 250 === 7 ? 'a needle here' : index % 400 === 9 ? 'a n\\u0065edle' : 'hay'
    return `{"id":${index},"note":"${note}","more":"${'x'.repeat(index % 90)}"}`
  })
  const columns = [path('id'), path('note')]

  it.each([1024, 65_536, 1_000_000])('finds all records of it in windows of %i bytes', async (windowBytes) => {
    const text = records.join('\n')
    const all = await readJson(text, columns)
    const found = await readJson(text, columns, { hints: literal('needle'), tuning: { windowBytes } })
    expect(found.filter(wanted)).toEqual(all.filter(wanted))
    expect(found.filter(wanted).length).toBe(20)
    expect(found.length).toBeLessThan(100)
  })

  it('can be turned off', async () => {
    const tuning = { literalFirst: false }
    expect((await readJson(records.join('\n'), columns, { hints: literal('needle'), tuning })).length).toBe(3000)
  })

  it('is given up where it is in too many records', async () => {
    const text = Array.from(
      { length: 40_000 },
      (_, index) => `{"id":${index},"note":"needle ${index % 4 ? '' : '!'}"}`,
    ).join('\n')
    expect((await readJson(text, columns, { hints: literal('needle !') })).length).toBeGreaterThan(20_000)
  })

  it.each([
    ['records over several lines', (record: string) => record.replace(',', ',\n')],
    [
      'lines within an array',
      (record: string, index: number) => (index === 0 ? `[${record},` : index === 2999 ? `${record}]` : `${record},`),
    ],
    ['lines that end in white space', (record: string) => `${record} `],
    ['records one behind the other', (record: string, index: number) => (index % 3 === 0 ? record + record : record)],
    ['empty lines', (record: string) => `${record}\n`],
    ['lines of CR LF', (record: string) => `${record}\r`],
  ])('changes nothing for %s', async (_what, shape) => {
    const text = records.map((record, index) => shape(record, index)).join('\n')
    const [all, found] = await Promise.all([
      readJson(text, columns),
      readJson(text, columns, { hints: literal('needle') }),
    ])
    expect(found.filter(wanted)).toEqual(all.filter(wanted))
  })
})

describe('compressed JSON', () => {
  it('is read like any other', async () => {
    const text = Array.from({ length: 5000 }, (_, index) => `{"id":${index}}`).join('\n')
    const records = await readJson(gzipSync(text), [path('id')], { compression: 'GZIP' })
    expect(records).toEqual(Array.from({ length: 5000 }, (_, index) => [index]))
  })
})

describe('a document on one line', () => {
  const size = 24 * 1024 * 1024
  const blob = 'y'.repeat(999)

  /** {"head":{...},"blob":"...","Rules":[{"id":0},...]} of about `size` bytes, in which a third is passed over. */
  function pieceAt(offset: number, length: number): Uint8Array {
    const bytes = Buffer.alloc(length)
    for (let at = offset; at < offset + length; at++) bytes[at - offset] = byteAt(at)
    return bytes
  }

  const prologue = Buffer.from('{"head":{"deep":[[{"Rules":[1]}]]},"blob":"')
  const third = Math.floor(size / 3)
  const opening = Buffer.from('","rules2":[],"Rules":[')
  const unit = Buffer.from(`{"id":1,"text":"${blob}"},`)
  const ending = Buffer.from('{"id":2}]}')
  const units = Math.floor((size - third) / unit.length)
  const total = prologue.length + third + opening.length + units * unit.length + ending.length

  function byteAt(at: number): number {
    if (at < prologue.length) return prologue[at] ?? 0
    let rest = at - prologue.length
    // Quotes with a backslash before them, over all windows.
    if (rest < third - (third % 2)) return rest % 2 === 0 ? 0x5c : 0x22
    if (rest < third) return 0x7a
    rest -= third
    if (rest < opening.length) return opening[rest] ?? 0
    rest -= opening.length
    if (rest < units * unit.length) return unit[rest % unit.length] ?? 0
    return ending[rest - units * unit.length] ?? 0
  }

  it('streams the records of a path in bounded memory', async () => {
    const kernels = wasmKernels()
    const arena = new Arena(kernels.memory, kernels.heapBase(), 16 * 1024 * 1024)
    const reader = await openJson({
      request: { compression: 'NONE', dialect: 'aws', input: { format: 'JSON', type: 'DOCUMENT' }, scanRange: null },
      source: generatedSource(total, pieceAt),
      from: [key('Rules'), elements],
      kernels,
      arena,
      tuning: {},
    })
    reader.start([path('id')], [])
    let rows = 0
    let sum = 0n
    for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
      for (let row = 0; row < batch.rows; row++) sum += batch.value(0, row) as bigint
      rows += batch.rows
    }
    expect([rows, sum]).toEqual([units + 1, BigInt(units) + 2n])
    expect(arena.used).toBeLessThan(2 * 1024 * 1024)
    expect(reader.processed).toBe(total)
  })

  it('is one record too long without a path', async () => {
    const text = `[${'{"id":1},'.repeat(150_000)}{}]`
    await expect(readJson(text, [{ by: 'record' }], { type: 'DOCUMENT' })).rejects.toMatchObject({
      code: 'OverMaxRecordSize',
    })
    expect((await readJson(text, [path('id')], { type: 'DOCUMENT', from: [elements] })).length).toBe(150_001)
  })
})

describe('close()', () => {
  it('ends the reading at any time', async () => {
    const kernels = wasmKernels()
    const source = generatedSource(50_000_000, (offset, length) => {
      return Buffer.from(Array.from({ length }, (_, index) => '{"a":1}\n'.charCodeAt((offset + index) % 8)))
    })
    const reader = await openJson({
      request: { compression: 'NONE', dialect: 'aws', input: { format: 'JSON', type: 'LINES' }, scanRange: null },
      source,
      from: [],
      kernels,
      arena: new Arena(kernels.memory, kernels.heapBase(), 16 * 1024 * 1024),
      tuning: {},
    })
    reader.start([], [])
    expect((await reader.next())?.rows).toBeGreaterThan(0)
    await reader.close()
    await reader.close()
    expect(await reader.next()).toBeNull()
    expect(source.given).toBeLessThan(2_000_000)
  })
})
