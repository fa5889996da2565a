import { describe, expect, it } from 'vitest'
import { Arena } from '../../../src/kernels/select/arena.ts'
import { referenceKernels } from '../../../src/kernels/select/reference/index.ts'
import { wasmKernels } from '../../../src/kernels/select/wasm-kernels.ts'
import type { SelectKernels } from '../../../src/kernels/select/kernels.ts'
import { S3Error } from '../../../src/errors.ts'
import type { CsvOutput, Dialect } from '../../../src/select/request.ts'
import { Decimal } from '../../../src/select/value/decimal.ts'
import { Struct } from '../../../src/select/value/value.ts'
import type { Value } from '../../../src/select/value/value.ts'
import { csvWriter } from '../../../src/select/write/csv.ts'
import { randomFrom } from '../../support/random.ts'
import { csvDefaults, open, parseCsv, selectAll } from '../read/csv.fixture.ts'
import type { CsvCase } from '../read/csv.fixture.ts'

const outputDefaults: CsvOutput = {
  format: 'CSV',
  quoteFields: 'ASNEEDED',
  recordDelimiter: '\n',
  fieldDelimiter: ',',
  quote: '"',
  escape: '"',
}

interface Facts {
  output?: Partial<CsvOutput>
  dialect?: Dialect
}

function write(kernels: SelectKernels, rows: readonly (readonly Value[])[], facts: Facts = {}): Uint8Array {
  const writer = csvWriter({
    kernels,
    arena: new Arena(kernels.memory, kernels.heapBase(), 64 << 20),
    dialect: facts.dialect ?? 'aws',
    input: csvDefaults,
    output: { ...outputDefaults, ...facts.output },
  })
  for (const row of rows) writer.values(row)
  const { pending } = writer
  const bytes = writer.take()
  expect(bytes.length).toBe(pending)
  expect(writer.pending).toBe(0)
  return bytes
}

const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString()

/** What a statement over a file writes: some columns, or whole records. */
async function copied(
  kernels: SelectKernels,
  text: string | Uint8Array,
  facts: CsvCase & Facts & { columns?: number[] },
) {
  const { reader, arena } = await open(kernels, Buffer.from(text), facts)
  const { columns = null } = facts
  const input = { ...csvDefaults, ...facts.input }
  const output = { ...outputDefaults, ...facts.output }
  const writer = csvWriter({ kernels, arena, dialect: facts.dialect ?? 'aws', input, output })
  reader.start(columns?.map((index) => ({ by: 'position', index })) ?? [{ by: 'record' }], [])
  const pieces: string[] = []
  for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
    const mark = arena.mark()
    const selection = selectAll(arena, batch.rows)
    if (columns === null) writer.records(batch, 0, selection)
    else writer.columns(batch, [...columns.keys()], selection)
    pieces.push(textOf(writer.take()))
    arena.release(mark)
  }
  return pieces.join('')
}

describe.each([
  ['wasm', wasmKernels],
  ['reference', referenceKernels],
])('csvWriter() with the %s kernels', (name, create) => {
  const cases: [name: string, rows: Value[][], text: string, facts?: Facts][] = [
    [
      'values',
      [
        ['a', 1n, 1.5, true],
        [new Decimal(150n, 2), 'b'],
      ],
      'a,1,1.5,true\n1.50,b\n',
    ],
    ['quotes where they are needed', [['a,b', 'c"d', 'e\nf', 'g\rh', ' i ', '']], '"a,b","c""d","e\nf","g\rh", i ,\n'],
    ['quotes always', [['a', '', null]], '"a","",""\n', { output: { quoteFields: 'ALWAYS' } }],
    ['NULL and MISSING as nothing', [[null, undefined], [null]], ',\n\n'],
    ['NULL as Ceph does in the lenient dialect', [[null, undefined, '']], 'null,null,\n', { dialect: 'lenient' }],
    ['structs and lists as quoted JSON', [[new Struct(['a'], [1n]), ['x']]], '"{""a"":1}","[""x""]"\n'],
    ['an escape character', [['a"b', 'c\\d', 'e,\\']], '"a\\"b",c\\d,"e,\\\\"\n', { output: { escape: '\\' } }],
    ['no quotes where there are none', [['a,b"']], 'a,b"\n', { output: { quote: '', quoteFields: 'ALWAYS' } }],
    [
      'delimiters of several bytes',
      [['a', 'b→', 'c|d', 'e‰']],
      'a→"b→"→"c|d"→"e‰"|;',
      { output: { fieldDelimiter: '→', recordDelimiter: '|;' } },
    ],
    [
      'NUL between fields',
      [['a', 'b', 'c'.repeat(17)]],
      `a\0b\0${'c'.repeat(17)}\n`,
      { output: { fieldDelimiter: '\0' } },
    ],
  ]
  it.each(cases)('writes %s', (_, rows, text, facts) => {
    expect(textOf(write(create(), rows, facts))).toBe(text)
  })

  it('writes columns of a file, settling what has doubled quotes', async () => {
    const text = 'a,"b,c","d""e"\n"ü",,""\nx\n'
    expect(await copied(create(), text, { columns: [2, 0, 1, 0] })).toBe('"d""e",a,"b,c",a\n,ü,,ü\n,x,,x\n')
  })

  it('copies whole records as they are where input and output are alike', async () => {
    const text = 'a,"b" ,"c,""d"\r\n#\n\n"e","f"'
    expect(await copied(create(), text, {})).toBe('a,"b" ,"c,""d"\n"e","f"\n')
  })

  it('writes whole records anew where the output is another', async () => {
    const facts = { output: { fieldDelimiter: ';' } }
    expect(await copied(create(), 'a,"b" ,"c;""d"\n"e"\n', facts)).toBe('a;b ;"c;""d"\ne\n')
  })

  it.each([
    ['columns', { columns: [0] }],
    ['whole records', {}],
    ['records written anew', { output: { quoteFields: 'ALWAYS' as const } }],
  ])('refuses bytes that are no UTF-8 in %s', async (_, facts) => {
    const latin = Buffer.from('caf\xe9,b\n', 'latin1')
    await expect(copied(create(), latin, facts)).rejects.toEqual(new S3Error('InvalidTextEncoding'))
    expect(await copied(create(), latin, { columns: [1] })).toBe('b\n')
  })

  it('makes room for output of any size', () => {
    const row = Array.from({ length: 40 }, (_, index) => `${index}`.repeat(name === 'wasm' ? 12_000 : 2000))
    const rows = Array<string[]>(8).fill(row)
    expect(textOf(write(create(), rows)) === `${row.join(',')}\n`.repeat(8)).toBe(true)
  })

  it('makes records of up to 1 MiB and no longer ones', () => {
    const half = 'x'.repeat(512 * 1024)
    expect(write(create(), [[half, half.slice(1)]]).length).toBe(1024 * 1024 + 1)
    expect(() => write(create(), [[half, half]])).toThrow(new S3Error('OverMaxRecordSize'))
    expect(() => write(create(), [[half, half, half]])).toThrow(new S3Error('OverMaxRecordSize'))
    expect(write(create(), [['"'.repeat(512 * 1024 - 2)]]).length).toBe(1024 * 1024 - 1)
  })
})

describe('csvWriter()', () => {
  const seed = Date.now() % 1_000_000
  it(`writes what reads as it was, the same by both kernels, from seed ${seed}`, () => {
    const random = randomFrom(seed)
    const pick = <T>(options: readonly T[]) => options[random(options.length)] as T
    const parts = ['a', 'bc', ',', '"', "'", '\\', '\n', '\r', '\t', 'ü', '→', '日', ' ', '¦', '°', 'x'.repeat(14)]
    const [wasm, reference] = [wasmKernels(), referenceKernels()]
    for (let round = 0; round < 300; round++) {
      const quote = pick(['"', "'", '“'])
      const output: CsvOutput = {
        format: 'CSV',
        quoteFields: pick(['ALWAYS', 'ASNEEDED']),
        recordDelimiter: pick(['\n', ';', '\r\n', '♠']),
        fieldDelimiter: pick([',', '\t', '¦', '→']),
        quote,
        escape: pick([quote, '\\']),
      }
      const field = () => Array.from({ length: random(12) }, () => pick(parts)).join('')
      const rows = Array.from({ length: 1 + random(8) }, () => [
        `r${field()}`,
        ...Array.from({ length: random(5) }, field),
      ])
      const bytes = write(wasm, rows, { output })
      expect(textOf(write(reference, rows, { output }))).toBe(textOf(bytes))
      const input = { ...output, format: 'CSV' as const, comments: '', allowQuotedRecordDelimiter: true }
      expect(parseCsv(bytes, { input }), JSON.stringify(output)).toEqual({ records: rows, fault: null })
    }
  })
})
