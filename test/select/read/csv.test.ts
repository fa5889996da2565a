import { describe, expect, it } from 'vitest'
import { referenceKernels } from '../../../src/kernels/select/reference/index.ts'
import { wasmKernels } from '../../../src/kernels/select/wasm-kernels.ts'
import { S3Error } from '../../../src/errors.ts'
import { randomFrom } from '../../support/random.ts'
import { countAll, open, parseCsv, readAll } from './csv.fixture.ts'
import type { CsvCase } from './csv.fixture.ts'

const longRecord = (length: number) => `a,"${'x'.repeat(length - 4)}"`
const strict: CsvCase = { input: { allowQuotedRecordDelimiter: false } }
const bytesOf = (text: string) => new TextEncoder().encode(text)

describe.each([
  ['wasm', wasmKernels],
  ['reference', referenceKernels],
])('openCsv() with the %s kernels', (...[, create]) => {
  const cases: [name: string, text: string, records: (string | null)[][], facts?: CsvCase][] = [
    [
      'records and fields',
      'a,b,c\n1,2,3\n',
      [
        ['a', 'b', 'c'],
        ['1', '2', '3'],
      ],
    ],
    [
      'a last record without a delimiter',
      'a,b\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['quoted fields', '"a,b","c\nd","say ""hi"""\n', [['a,b', 'c\nd', 'say "hi"']]],
    [
      'empty fields',
      ',\n"",x\n',
      [
        ['', ''],
        ['', 'x'],
      ],
    ],
    [
      'lines that end in CRLF',
      'a,b\r\n\r\n"c",d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['empty lines as nothing', '\n\na\n\n\nb\n\n', [['a'], ['b']]],
    ['comments as nothing', '#x"y\na\n#z\n"#b"\n#', [['a'], ['#b']]],
    ['a byte order mark as nothing', '\ufeffa,b\n', [['a', 'b']]],
    ['a quote inside a field as text', 'a"b,c"d\n', [['a"b', 'c"d']]],
    ['text after a closing quote as text', '"a"b,"c" "d"\n', [['ab', 'c "d"']]],
    ['an escape character', '"a\\"b","c\\\\",\\d\n', [['a"b', 'c\\', '\\d']], { input: { escape: '\\' } }],
    [
      'a last byte that begins a field delimiter as text',
      'a|',
      [['a|']],
      { input: { recordDelimiter: '|;', fieldDelimiter: '||' } },
    ],
    [
      'a last byte that begins a quote as text',
      "a|b|'",
      [['a', 'b', "'"]],
      { input: { recordDelimiter: "';", fieldDelimiter: '|', quote: "''" } },
    ],
    [
      'a last byte that begins a comment as text',
      'a#;#',
      [['a'], ['#']],
      { input: { recordDelimiter: '#;', comments: '##' } },
    ],
    ['half a record delimiter as text', 'a|||b|', [['a'], ['|b|']], { input: { recordDelimiter: '||' } }],
    [
      'an escape character before the last byte',
      'a\\||',
      [['a||']],
      { input: { recordDelimiter: '|;', fieldDelimiter: '||', escape: '\\' }, dialect: 'lenient' },
    ],
    [
      'delimiters of several bytes',
      'a→b\r\nc→d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
      { input: { fieldDelimiter: '→', recordDelimiter: '\r\n' } },
    ],
    ['delimiters that overlap themselves', 'a||b|||c\n', [['a', 'b', '|c']], { input: { fieldDelimiter: '||' } }],
    ['no quoting', '"a",b"\n', [['"a"', 'b"']], { input: { quote: '' } }],
    ['a quote of several bytes', '“a,b“,c\n', [['a,b', 'c']], { input: { quote: '“', escape: '“' } }],
    ['nothing', '', []],
    ['records of different lengths', 'a\nb,c,d\n,\n', [['a'], ['b', 'c', 'd'], ['', '']]],
    [
      'what Ceph takes, in the lenient dialect',
      String.raw`,first,,,second,third="c31,c32,c33",forth="1,2,3,4",fifth=my_string=\"any_value\" \, my_other_string=\"aaaa\,bbb\" ,` +
        '\n',
      [
        [
          null,
          'first',
          null,
          null,
          'second',
          'third=c31,c32,c33',
          'forth=1,2,3,4',
          'fifth=my_string="any_value" , my_other_string="aaaa,bbb" ',
          null,
        ],
      ],
      { dialect: 'lenient', input: { escape: '\\', allowQuotedRecordDelimiter: false } },
    ],
  ]
  it.each(cases)('reads %s', async (__, text, records, facts) => {
    expect(await readAll(create(), bytesOf(text), facts)).toEqual({ records, fault: null })
    expect(parseCsv(bytesOf(text), facts)).toEqual({ records, fault: null })
  })

  const faults: [name: string, text: string, code: string, facts?: CsvCase][] = [
    ['a record delimiter in quotes where none may be', 'a\n"b\nc"\n', 'CSVEscapingRecordDelimiter', strict],
    ['quotes open at the end', 'a\n"b', 'CSVUnescapedQuote', strict],
    ['quotes open at the end, where delimiters may be quoted', 'a\n"b\n', 'CSVUnescapedQuote'],
  ]
  it.each(faults)('gives what comes before %s', async (_, text, code, facts) => {
    expect(await readAll(create(), bytesOf(text), facts)).toEqual({ records: [['a']], fault: code })
  })

  it('counts records by their delimiters where none may be quoted', async () => {
    expect(await countAll(create(), bytesOf('a\n"b\nc"\n\n#\nd"'), strict)).toEqual({ rows: 4, fault: null })
  })

  it('names the columns of a file with a header, and of records longer than it', async () => {
    const text = '\ufeff#c\n\nid,"full ""name"""\n1,Ada,x\n2\n'
    const { reader } = await open(create(), bytesOf(text), { input: { header: 'USE' } })
    expect(reader.names).toEqual(['id', 'full "name"'])
    reader.start([{ by: 'record' }, { by: 'position', index: 1 }], [])
    const batch = await reader.next()
    expect(batch?.rows).toBe(2)
    expect(batch?.value(0, 0)).toEqual({ names: ['id', 'full "name"', '_3'], values: ['1', 'Ada', 'x'] })
    expect(batch?.value(0, 1)).toEqual({ names: ['id'], values: ['2'] })
    expect([0, 1].map((row) => batch?.value(1, row))).toEqual(['Ada', undefined])
    expect(await reader.next()).toBeNull()
  })

  it('leaves the header out where it is ignored, and gives no names', async () => {
    const kernels = create()
    expect((await open(kernels, bytesOf('a\n1\n'), { input: { header: 'IGNORE' } })).reader.names).toBeNull()
    expect(await readAll(kernels, bytesOf('a\n1\n'), { input: { header: 'IGNORE' } })).toEqual({
      records: [['1']],
      fault: null,
    })
    expect((await open(kernels, bytesOf(''), { input: { header: 'USE' } })).reader.names).toEqual([])
    expect((await open(kernels, bytesOf('x,y'), { input: { header: 'USE' } })).reader.names).toEqual(['x', 'y'])
  })

  it('refuses text that is no UTF-8 when it is read', async () => {
    const { reader } = await open(create(), Buffer.from('caf\xe9,b\n', 'latin1'))
    reader.start(
      [0, 1].map((index) => ({ by: 'position', index })),
      [],
    )
    const batch = await reader.next()
    expect(batch?.value(1, 0)).toBe('b')
    expect(() => batch?.value(0, 0)).toThrow(new S3Error('InvalidTextEncoding'))
  })

  it.each([
    ['a symbol of more than 8 bytes', { recordDelimiter: 'ABCDEFGHI' }],
    ['no record delimiter', { recordDelimiter: '' }],
    ['a field delimiter that begins with the record delimiter', { fieldDelimiter: '\n\n' }],
  ])('refuses %s', async (_, input) => {
    await expect(open(create(), bytesOf('a'), { input })).rejects.toMatchObject({ code: 'InvalidRequestParameter' })
  })
})

const ranged = (start: number | null, end: number | null, facts: CsvCase = {}): CsvCase => ({
  ...facts,
  input: { allowQuotedRecordDelimiter: false, ...facts.input },
  range: { start, end },
})

describe('openCsv() with a scan range', () => {
  it('reads the records whose first byte lies in it', async () => {
    const kernels = wasmKernels()
    const bytes = bytesOf('aa,1\nbb,2\ncc,3\n')
    const read = async (start: number | null, end: number | null) =>
      (await readAll(kernels, bytes, ranged(start, end))).records.map(([first]) => first)
    expect(await read(0, 0)).toEqual(['aa'])
    expect(await read(0, 4)).toEqual(['aa'])
    expect(await read(0, 5)).toEqual(['aa', 'bb'])
    expect(await read(1, 4)).toEqual([])
    expect(await read(5, 5)).toEqual(['bb'])
    expect(await read(6, 10)).toEqual(['cc'])
    expect(await read(1, null)).toEqual(['bb', 'cc'])
    expect(await read(null, 5)).toEqual(['cc'])
    expect(await read(null, 4)).toEqual([])
  })

  it.each([
    ['a quoted record delimiter is allowed', { input: { allowQuotedRecordDelimiter: true } }],
    ['delimiters share bytes', { input: { recordDelimiter: 'ab', fieldDelimiter: 'xa' } }],
    ['the record delimiter overlaps itself', { input: { recordDelimiter: '||' } }],
  ])('is refused where %s', async (_, facts) => {
    await expect(open(wasmKernels(), bytesOf('a'), ranged(0, 0, facts))).rejects.toEqual(
      new S3Error('UnsupportedScanRangeInput'),
    )
  })

  const seed = Date.now() % 1_000_000
  const random = randomFrom(seed)
  const randomRecord = () => Array.from({ length: 1 + random(3) }, () => 'xyz.ü'.slice(random(5))).join(',')
  const files = [
    ['\n', 'NONE'],
    ['\n', 'USE'],
    ['\r\n', 'USE'],
    ['\r\n', 'IGNORE'],
    ['♠', 'NONE'],
  ] as const
  it.each(files)(
    `gives every record once however a file is cut: %j, header %s, seed ${seed}`,
    async (delimiter, header) => {
      const kernels = wasmKernels()
      const lines = Array.from(
        { length: 14 },
        () => ['#c', '', randomRecord(), randomRecord(), `"${random(50)}"`][random(5)],
      )
      const bytes = bytesOf(`#c${delimiter}a,b,c${delimiter}x,y${delimiter}${lines.join(delimiter)}`)
      const facts = { input: { header, recordDelimiter: delimiter, comments: '#' }, tuning: { windowBytes: 64 } }
      const whole = await readAll(kernels, bytes, ranged(0, null, facts))
      expect(whole.records.length).toBeGreaterThan(0)
      for (let cut = 1; cut < bytes.length; cut++) {
        const third = cut + 1 + random(12)
        const cuts = [0, cut, ...(third < bytes.length ? [third] : []), bytes.length]
        const parts = []
        let counted = 0
        for (const [index, start] of cuts.slice(0, -1).entries()) {
          const part = ranged(start, (cuts[index + 1] ?? 0) - 1, facts)
          parts.push(...(await readAll(kernels, bytes, part)).records)
          counted += (await countAll(kernels, bytes, part)).rows
        }
        expect(parts, `cut at ${cuts.join()}`).toEqual(whole.records)
        expect(counted, `counted, cut at ${cuts.join()}`).toBe(whole.records.length)
      }
    },
  )
})

describe('openCsv()', () => {
  const mebibyte = 1024 * 1024

  it.each([64, 1024, 65_536, mebibyte])(
    'reads records of up to 1 MiB in windows of %i bytes and no longer ones',
    async (windowBytes) => {
      const kernels = wasmKernels()
      const tuning = { windowBytes }
      const fits = bytesOf(`1,2\n${longRecord(mebibyte - 1)}\n3,4\n`)
      const { records, fault } = await readAll(kernels, fits, { tuning })
      expect([records.length, records[1]?.[1]?.length, fault]).toEqual([3, mebibyte - 5, null])
      expect(await countAll(kernels, fits, { tuning })).toEqual({ rows: 3, fault: null })
      for (const length of [mebibyte, 3 * mebibyte]) {
        const tooLong = bytesOf(`1,2\n${longRecord(length)}\n3,4\n`)
        expect((await readAll(kernels, tooLong, { tuning })).fault).toBe('OverMaxRecordSize')
        expect((await countAll(kernels, tooLong, { tuning })).fault).toBe('OverMaxRecordSize')
      }
    },
  )

  it('reads records of up to 32,768 fields and no longer ones', async () => {
    const kernels = wasmKernels()
    for (const quote of ['"', '“']) {
      const facts = { input: { quote, escape: quote } }
      const fits = await readAll(kernels, bytesOf(`1\n${','.repeat(32_767)}\n2\n`), facts)
      expect([fits.records.map((record) => record.length), fits.fault]).toEqual([[1, 32_768, 1], null])
      const over = await readAll(kernels, bytesOf(`1\n${','.repeat(32_768)}\n2\n`), facts)
      expect([over.records.length, over.fault]).toEqual([1, 'OverMaxColumn'])
    }
  })

  it('reads many short records in batches that keep their bound', async () => {
    const { reader } = await open(wasmKernels(), bytesOf('1\n'.repeat(100_000)))
    reader.start(
      Array.from({ length: 200 }, (_, index) => ({ by: 'position', index })),
      [],
    )
    let [rows, most] = [0, 0]
    for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
      rows += batch.rows
      most = Math.max(most, batch.rows)
    }
    expect(rows).toBe(100_000)
    expect(most).toBeLessThan(2400)
  })

  it('stops looking for a literal that many records have', async () => {
    const bytes = bytesOf(`needle,1\n${'straw,2\n'.repeat(3)}`.repeat(5000))
    const hints = [{ hint: 'literal' as const, bytes: bytesOf('needle') }]
    const { records } = await readAll(wasmKernels(), bytes, { hints, tuning: { windowBytes: 65_536 } })
    expect(records.length).toBeGreaterThan(10_000)
    const rare = bytesOf(`needle,1\n${'straw,2\n'.repeat(100_000)}needle,2\n`)
    expect((await readAll(wasmKernels(), rare, { hints })).records).toEqual([
      ['needle', '1'],
      ['needle', '2'],
    ])
    expect((await readAll(wasmKernels(), rare, { hints, tuning: { literalFirst: false } })).records.length).toBe(
      100_002,
    )
  })

  it('closes at any time and gives nothing afterwards', async () => {
    const { reader } = await open(wasmKernels(), bytesOf('1\n'.repeat(10)))
    reader.start([], [])
    await reader.close()
    expect(await reader.next()).toBeNull()
    await reader.close()
  })
})
