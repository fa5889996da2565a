import { describe, expect, it } from 'vitest'
import { referenceKernels } from '../../../src/kernels/select/reference/index.ts'
import { wasmKernels } from '../../../src/kernels/select/wasm-kernels.ts'
import { parseCsv, readAll } from './csv.fixture.ts'
import type { CsvCase } from './csv.fixture.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)

describe.each([
  ['wasm', wasmKernels],
  ['reference', referenceKernels],
])('openCsv() with the %s kernels', (_, create) => {
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
})
