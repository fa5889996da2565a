// Records as JSON text, by both implementations of the kernels.
import { describe, expect, it } from 'vitest'
import { Arena } from '../../../src/kernels/select/arena.ts'
import type { Vector } from '../../../src/kernels/select/cells.ts'
import { cellKind } from '../../../src/kernels/select/cells.ts'
import type { SelectKernels } from '../../../src/kernels/select/kernels.ts'
import { referenceKernels } from '../../../src/kernels/select/reference/index.ts'
import { wasmKernels } from '../../../src/kernels/select/wasm-kernels.ts'
import type { Batch } from '../../../src/select/batch.ts'
import type { InputFormat } from '../../../src/select/request.ts'
import { parseDecimal } from '../../../src/select/value/decimal.ts'
import type { Value } from '../../../src/select/value/value.ts'
import { Struct } from '../../../src/select/value/value.ts'
import { jsonWriter } from '../../../src/select/write/json.ts'

const implementations = { WebAssembly: wasmKernels, 'the reference': referenceKernels }
const encoder = new TextEncoder()
const decoder = new TextDecoder()
const { text, escaped, number, missing, nested } = cellKind

type Cell = [kind: number, bytes?: string | Uint8Array]

interface Bench {
  arena: Arena
  kernels: SelectKernels
  /** A vector of cells whose bytes lie at addresses of any alignment. */
  cells: (cells: Cell[], shift?: number) => Vector
  selection: (rows: number[]) => { pointer: number; count: number }
}

function bench(make: () => SelectKernels): Bench {
  const kernels = make()
  const arena = new Arena(kernels.memory, kernels.heapBase(), 32 * 1024 * 1024)
  const words = (values: number[]) => {
    const address = arena.allocate(values.length * 4 + 4)
    arena.u32.set(values, address >> 2)
    return address
  }
  return {
    arena,
    kernels,
    cells(cells, shift = 0) {
      const starts: number[] = []
      const ends: number[] = []
      for (const [, content = ''] of cells) {
        const bytes = typeof content === 'string' ? encoder.encode(content) : content
        const address = arena.allocate(bytes.length + 128) + shift
        // What lies around the cell must not matter.
        arena.u8.fill(0x22, address - shift, address + bytes.length + 64)
        arena.u8.set(bytes, address)
        starts.push(address)
        ends.push(address + bytes.length)
      }
      const kinds = arena.allocate(cells.length + 1)
      arena.u8.set(
        cells.map(([kind]) => kind),
        kinds,
      )
      return { type: 'cells', starts: words(starts), ends: words(ends), kinds }
    },
    selection: (rows) => ({ pointer: words(rows), count: rows.length }),
  }
}

interface FakeBatch {
  vectors?: Vector[]
  records?: Vector | null
  values?: Value[][]
}

function batchOf({ vectors = [], records = null, values = [] }: FakeBatch): Batch {
  return {
    rows: 0,
    vector: (column) => vectors[column] ?? { type: 'opaque' },
    value: (column, row) => values[row]?.[column],
    records: () => records,
  }
}

const format = (name: InputFormat['format']) => ({ format: name })

function writerFor(parts: Bench, names: string[], input: InputFormat['format'] = 'JSON', delimiter = '\n') {
  const output = { format: 'JSON' as const, recordDelimiter: delimiter }
  return jsonWriter({ kernels: parts.kernels, arena: parts.arena, input: format(input), output, names })
}

describe.each(Object.entries(implementations))('jsonWriter() with %s', (_, make) => {
  function columnsText(rows: Cell[][], names: string[], input: InputFormat['format'] = 'JSON'): string {
    const parts = bench(make)
    const writer = writerFor(parts, names, input)
    const vectors = names.map((_name, column) => parts.cells(rows.map((row) => row[column] ?? [missing])))
    const selection = parts.selection([...rows.keys()])
    writer.columns(
      batchOf({ vectors, values: rows.map(() => names.map(() => 'from JavaScript')) }),
      [...names.keys()],
      selection,
    )
    return decoder.decode(writer.take())
  }

  it('writes objects of the columns', () => {
    const rows: Cell[][] = [
      [[text, 'Oslo'], [number, '1.50'], [cellKind.true]],
      [[missing], [cellKind.null], [cellKind.false]],
      [[missing], [missing], [missing]],
      [[nested, '{ "a" : [ 1 , "x  y" ] }'], [missing], [escaped, 'a\\n\\u0041']],
    ]
    expect(columnsText(rows, ['city', 'n"', 'city'])).toBe(
      '{"city":"Oslo","n\\"":1.50,"city":true}\n{"n\\"":null,"city":false}\n{}\n{"city":{"a":[1,"x  y"]},"city":"a\\nA"}\n',
    )
  })

  it('escapes what JSON does not allow in strings', () => {
    const content = 'a"b\\c\n\r\t\b\f\u0001\u001f\u007fäß€😀 and some more text to fill blocks'
    expect(columnsText([[[text, content]]], ['x'], 'CSV')).toBe(`${JSON.stringify({ x: content })}\n`)
  })

  it('leaves no escapes in strings of JSON but those that are needed', () => {
    const content =
      '\\u00e4\\/\\ud83d\\ude00\\u0022\\u005c\\u000a\\u0001\\b\\ud800x\\udc00\\ud800\\u0041 and plain text'
    expect(columnsText([[[escaped, content]]], ['x'])).toBe(
      `${JSON.stringify({ x: JSON.parse(`"${content}"`) as string })}\n`,
    )
  })

  it('leaves cells with the escapes of CSV to JavaScript', () => {
    expect(columnsText([[[text, 'a']], [[escaped, 'b""c']], [[text, 'd']]], ['x'], 'CSV')).toBe(
      '{"x":"a"}\n{"x":"from JavaScript"}\n{"x":"d"}\n',
    )
  })

  it("leaves Parquet's NULLs out", () => {
    expect(columnsText([[[cellKind.null], [number, '1']]], ['a', 'b'], 'Parquet')).toBe('{"b":1}\n')
  })

  it.each<[string, Cell, string]>([
    ['text that is no UTF-8', [text, Buffer.from('61ff62', 'hex')], 'InvalidTextEncoding'],
    ['a surrogate in UTF-8', [text, Buffer.from('eda080', 'hex')], 'InvalidTextEncoding'],
    ['half a character', [text, Buffer.from('61e282', 'hex')], 'InvalidTextEncoding'],
    ['an overlong character', [text, Buffer.from('c0af', 'hex')], 'InvalidTextEncoding'],
    ['a nested value that is no UTF-8', [nested, Buffer.from('5b22ff225d', 'hex')], 'InvalidTextEncoding'],
    ['escapes that are none', [escaped, 'a\\x'], 'JSONParsingError'],
    ['half an escape', [escaped, 'a\\u12'], 'JSONParsingError'],
    ['a nested string with a line feed', [nested, '["a\nb"]'], 'JSONParsingError'],
    ['more than 1 MB', [text, 'x'.repeat(1024 * 1024)], 'OverMaxRecordSize'],
    ['more than 1 MB with its escapes', [text, '\u0001'.repeat(200_000)], 'OverMaxRecordSize'],
  ])('refuses %s', (_what, cell, code) => {
    expect(() => columnsText([[[text, 'fine']], [cell]], ['x'])).toThrow(expect.objectContaining({ code }))
  })

  it('writes a record of just under 1 MB', () => {
    const content = 'x'.repeat(1024 * 1024 - 9)
    expect(columnsText([[[text, 'fine']], [[text, content]], [[text, 'end']]], ['x'])).toBe(
      `{"x":"fine"}\n{"x":"${content}"}\n{"x":"end"}\n`,
    )
  })

  it('writes whole records of JSON', () => {
    const parts = bench(make)
    const writer = writerFor(parts, [], 'JSON', '')
    const records = parts.cells([
      [nested, '{"a" : 1,\n "b":"x y" , "a":2 }'],
      [nested, '[1, 2]'],
      [text, '"s t"'],
      [missing],
      [text, '-1e5'],
      [nested, '{ }'],
    ])
    writer.records(batchOf({ records }), 0, parts.selection([0, 1, 2, 3, 4, 5]))
    expect(decoder.decode(writer.take())).toBe('{"a":1,"b":"x y","a":2}{"_1":[1,2]}{"_1":"s t"}{}{"_1":-1e5}{}')
  })

  it('writes whole records of other formats by their values', () => {
    const parts = bench(make)
    const writer = writerFor(parts, [], 'CSV', ';')
    writer.records(
      batchOf({ values: [[new Struct(['a', 'b'], ['1', 'x"'])], [new Struct(['a'], [''])]] }),
      0,
      parts.selection([1, 0]),
    )
    expect(decoder.decode(writer.take())).toBe('{"a":""};{"a":"1","b":"x\\""};')
  })

  it('writes numbers of 64 bits with their point', () => {
    const parts = bench(make)
    const writer = writerFor(parts, ['a', 'b'])
    const values = [0n, 5n, -5n, 1234n, -(2n ** 63n), 2n ** 63n - 1n]
    const address = parts.arena.allocate(values.length * 8)
    parts.arena.i64.set(values, address >> 3)
    const kinds = parts.arena.allocate(values.length)
    parts.arena.u8.fill(number, kinds, kinds + values.length)
    const vector = (scale: number): Vector => ({ type: 'int64', values: address, kinds, scale })
    writer.columns(batchOf({ vectors: [vector(0), vector(3)] }), [0, 1], parts.selection([0, 1, 2, 3, 4, 5]))
    expect(decoder.decode(writer.take()).trimEnd().split('\n')).toEqual([
      '{"a":0,"b":0.000}',
      '{"a":5,"b":0.005}',
      '{"a":-5,"b":-0.005}',
      '{"a":1234,"b":1.234}',
      '{"a":-9223372036854775808,"b":-9223372036854775.808}',
      '{"a":9223372036854775807,"b":9223372036854775.807}',
    ])
  })

  it('writes entries of dictionaries, and other vectors by their values', () => {
    const parts = bench(make)
    const writer = writerFor(parts, ['a'], 'Parquet')
    const entries = parts.cells([
      [text, 'x'],
      [text, 'y'],
    ])
    if (entries.type !== 'cells') throw new Error('Cells are cells')
    const indices = parts.selection([1, 0, 7]).pointer
    const kinds = parts.arena.allocate(3)
    parts.arena.u8.set([text, text, cellKind.null], kinds)
    const dictionary: Vector = { type: 'dictionary', indices, kinds, entries, entryCount: 2, id: 1 }
    writer.columns(batchOf({ vectors: [dictionary] }), [0], parts.selection([0, 1, 2]))
    writer.columns(batchOf({ vectors: [{ type: 'opaque' }], values: [[1.5], [null]] }), [0], parts.selection([0, 1]))
    expect(decoder.decode(writer.take())).toBe('{"a":"y"}\n{"a":"x"}\n{}\n{"a":1.5}\n{}\n')
  })

  it('writes computed values, and tells what is pending', () => {
    const parts = bench(make)
    const writer = writerFor(parts, ['a', 'b', 'c'])
    expect(writer.pending).toBe(0)
    writer.values(['x"', undefined, parseDecimal('1.50') ?? null])
    writer.values([null, 2n, ['y', undefined, true]])
    expect(writer.pending).toBe(58)
    expect(decoder.decode(writer.take())).toBe('{"a":"x\\"","c":1.50}\n{"a":null,"b":2,"c":["y",null,true]}\n')
    expect(writer.pending).toBe(0)
    expect(() => writer.values(['x'.repeat(2 ** 20), null, null])).toThrow(
      expect.objectContaining({ code: 'OverMaxRecordSize' }),
    )
  })

  it('keeps the order of records that fill the region many times', () => {
    const parts = bench(make)
    const writer = writerFor(parts, ['a'])
    const content = 'y'.repeat(1000)
    const vectors = [parts.cells([[text, content]])]
    const selection = parts.selection(Array.from({ length: 1500 }, () => 0))
    writer.columns(batchOf({ vectors }), [0], selection)
    writer.values(['end'])
    writer.columns(batchOf({ vectors }), [0], selection)
    const line = `{"a":"${content}"}\n`
    expect(writer.pending).toBe(line.length * 3000 + 12)
    expect(decoder.decode(writer.take())).toBe(`${line.repeat(1500)}{"a":"end"}\n${line.repeat(1500)}`)
  })
})

/** Now and then a character by its code. */
const escapedText = (plain: string) =>
  JSON.stringify(plain).slice(1, -1).replaceAll('a', '\\u0061').replaceAll('😀', '\\ud83d\\uDE00')

describe('the kernels that write JSON', () => {
  const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000)
  let state = seed
  const below = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
  const pieces = [
    'a',
    'plain text ',
    '"',
    '\\',
    '\n',
    '\u0001',
    'é',
    '€',
    '😀',
    ' ',
    '{',
    '}',
    ':',
    '\u007f',
    'xxxxxxxxxxxxxxxxxxxxxxxx',
  ]
  const random = () => Array.from({ length: below(12) }, () => pieces[below(pieces.length)]).join('')
  const json = (depth: number): unknown => {
    const choice = below(depth > 3 ? 3 : 5)
    if (choice === 0) return random()
    if (choice === 1) return below(1000) / 8
    if (choice === 2) return [true, false, null][below(3)]
    if (choice === 3) return Array.from({ length: below(4) }, () => json(depth + 1))
    return Object.fromEntries(Array.from({ length: below(4) }, () => [random(), json(depth + 1)]))
  }

  it(`write what the reference writes (seed ${seed})`, () => {
    const rounds = Number(process.env['FUZZ_ROUNDS'] ?? 1500)
    const parts = Object.values(implementations).map((make) => bench(make))
    const mark = parts.map(({ arena }) => arena.mark())
    for (let round = 0; round < rounds; round++) {
      const value = json(0)
      const damaged = below(20) === 0
      const kind = [nested, text, escaped][below(3)] ?? text
      const spaced = JSON.stringify(value, null, [0, 1, 3, '\t'][below(4)])
      const bytes = encoder.encode(kind === escaped ? escapedText(random()) : spaced)
      if (damaged && bytes.length > 0) bytes[below(bytes.length)] = [0xff, 0x5c, 0x22, 0xc3, 0x0a][below(5)] ?? 0
      const cell: Cell = [kind, bytes]
      const shift = below(64)
      const results = parts.map(({ arena, kernels, cells, selection }, index) => {
        arena.release(mark[index] ?? 0)
        const output = { format: 'JSON' as const, recordDelimiter: '\r\n' }
        const writer = jsonWriter({ kernels, arena, input: format('JSON'), output, names: ['x'] })
        try {
          const vector = cells([cell], shift)
          writer.columns(batchOf({ vectors: [vector] }), [0], selection([0]))
          if (cell[0] === nested) writer.records(batchOf({ records: vector }), 0, selection([0]))
          return decoder.decode(writer.take())
        } catch (error) {
          return String((error as { code?: string }).code)
        }
      })
      // What is no JSON is refused or not, but never by one alone when it is well-formed.
      if (!damaged) expect(results[0]).toBe(results[1])
      if (!damaged && cell[0] === nested) expect(results[0]).toContain(`{"x":${JSON.stringify(value)}}\r\n`)
      if (results[0]?.includes('\r\n') && cell[0] === text)
        expect(() => JSON.parse(results[0]?.split('\r\n')[0] ?? '') as unknown).not.toThrow()
    }
  })
})
