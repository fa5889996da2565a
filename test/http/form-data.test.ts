import { describe, expect, it } from 'vitest'
import {
  baseName,
  findDelimiter,
  formBoundary,
  formDelimiter,
  isFormData,
  parseFormHead,
} from '../../src/http/form-data.ts'
import { boundary, formBody } from '../support/form-body.ts'

const text = (bytes: string) => new Uint8Array(Buffer.from(bytes, 'latin1'))
const utf8 = (value: string) => new Uint8Array(Buffer.from(value))

describe('formBoundary()', () => {
  it.each([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['Multipart/Form-Data;BOUNDARY=abc', 'abc'],
    ['multipart/form-data; charset=utf-8; boundary="a b;c"', null],
    ['multipart/form-data; charset=utf-8; boundary="a b:c"', 'a b:c'],
    ['multipart/form-data; boundary=abc; charset=utf-8', 'abc'],
    ['multipart/form-data; boundary=----WebKitFormBoundaryX', '----WebKitFormBoundaryX'],
    ['multipart/form-data; boundary=a; boundary=b', 'a'],
    [`multipart/form-data; boundary=${'a'.repeat(70)}`, 'a'.repeat(70)],
    [`multipart/form-data; boundary=${'a'.repeat(71)}`, null],
    ['multipart/form-data; boundary="a "', null],
    ['multipart/form-data; boundary=', null],
    ['multipart/form-data', null],
    ['multipart/form-data; nothing', null],
    ['multipart/form-data; boundary="a', null],
    ['multipart/form-databoundary=a', null],
    ['multipart/mixed; boundary=a', null],
    ['', null],
  ])('%j: %j', (type, expected) => {
    expect(formBoundary(type)).toBe(expected)
  })

  it('is asked for where the type is that of a form', () => {
    expect([isFormData('multipart/form-data'), isFormData('multipart/form-data2'), isFormData(null)]).toEqual([
      true,
      false,
      false,
    ])
  })
})

const head = (bytes: Uint8Array, isWhole = true, name = 'B') => parseFormHead({ bytes, isWhole }, name, 'file')
const part = (disposition: string, value = 'v') => `--B\r\nContent-Disposition: ${disposition}\r\n\r\n${value}\r\n`

describe('parseFormHead()', () => {
  it('reads fields in their order, and says where the file begins', () => {
    const bytes = formBody([
      { name: 'Key', value: 'a/${filename}' },
      { name: 'empty', value: '' },
      { name: 'marked', value: '\ufeffa' },
      { name: 'lines', value: 'one\r\ntwo\r\n--three', headers: ['Content-Type: text/plain; charset=utf-8'] },
      { name: 'file', value: 'CONTENT', filename: 'f.txt' },
      { name: 'ignored', value: 'x' },
    ])
    const found = head(new Uint8Array(bytes), true, boundary)
    expect(found).toEqual({
      outcome: 'parsed',
      head: {
        fields: [
          ['Key', 'a/${filename}'],
          ['empty', ''],
          ['marked', '\ufeffa'],
          ['lines', 'one\r\ntwo\r\n--three'],
        ],
        file: { filename: 'f.txt', start: bytes.indexOf('CONTENT') },
      },
    })
  })

  const names: [disposition: string, name: string][] = [
    ['form-data; name="a"', 'a'],
    ['form-data; name=a', 'a'],
    ['FORM-DATA;NAME="a"', 'a'],
    ['form-data; filename="x"; name="a"', 'a'],
    ['form-data; name="a\\"b"', 'a"b'],
    ['form-data; name="a%22b%0D%0Ac%20"', 'a"b\r\nc%20'],
    ['form-data; name="x-amz-meta-ü"', 'x-amz-meta-ü'],
    ['form-data; name="a"; name="b"', 'a'],
    ['form-data; name=""', ''],
  ]
  it.each(names)('%s is the field %j', (disposition, name) => {
    const found = head(utf8(`${part(disposition)}--B--`))
    expect(found).toEqual({ outcome: 'parsed', head: { fields: [[name, 'v']], file: null } })
  })

  const files: [disposition: string, filename: string][] = [
    ['form-data; name="file"; filename="a.txt"', 'a.txt'],
    ['form-data; name="FILE"; filename=a.txt', 'a.txt'],
    ['form-data; name="file"', ''],
    ['form-data; name="file"; filename=""', ''],
    ['form-data; name="file"; filename="C:\\dir\\a.txt"', 'C:\\dir\\a.txt'],
    ['form-data; name="file"; filename="a\\"', 'a\\'],
    ['form-data; name="file"; filename="a%22.txt"', 'a".txt'],
    ['form-data; name="file"; filename="x"; filename*=UTF-8\'\'%e2%82%ac.txt', '€.txt'],
    ['form-data; name="file"; filename="x"; filename*=UTF-8\'\'%e2%8', 'x'],
    ['form-data; name="file"; filename="x"; filename*=iso-8859-1\'\'%a3', 'x'],
    ['form-data; name="file"; filename="ü;中.txt"', 'ü;中.txt'],
  ]
  it.each(files)('%s is a file called %j', (disposition, filename) => {
    expect(head(utf8(`${part(disposition)}--B--`))).toMatchObject({ head: { file: { filename } } })
  })

  it.each([
    ['a preamble', `before\r\n${part('form-data; name="a"')}--B--`],
    ['a line end before', `\r\n${part('form-data; name="a"')}--B--`],
    ['spaces after a boundary', `${part('form-data; name="a"').replace('--B', '--B \t')}--B--`],
    ['an epilogue', `${part('form-data; name="a"')}--B--\r\nafter`],
    ['a header of no account', `${part('form-data; name="a"').replace('Content', 'X: y\r\nContent')}--B--`],
  ])('puts up with %s', (_name, body) => {
    expect(head(text(body))).toEqual({ outcome: 'parsed', head: { fields: [['a', 'v']], file: null } })
  })

  it.each([
    ['nothing', ''],
    ['no boundary', 'just text'],
    ['another boundary', part('form-data; name="a"').replace('--B', '--C')],
    ['text after a boundary', part('form-data; name="a"').replace('--B', '--Bx')],
    ['a bare line feed', part('form-data; name="a"').replace('--B\r\n', '--B\n')],
    ['no name', part('form-data')],
    ['no disposition', '--B\r\nContent-Type: text/plain\r\n\r\nv\r\n--B--'],
    ['another disposition', part('attachment; name="a"')],
    ['a name in half quotes', part('form-data; name="a')],
    ['a header that never ends', '--B\r\nContent-Disposition: form-data; name="a"'],
    ['a field that never ends', '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\nv'],
    ['a field that is not UTF-8', part('form-data; name="a"', '\xff')],
    ['a name that is not UTF-8', part('form-data; name="\xff"')],
    ['no end', part('form-data; name="a"')],
  ])('%s is no form', (_name, body) => {
    expect(head(text(body))).toMatchObject({ outcome: 'malformed', what: expect.any(String) })
  })

  it('wants more where there is more, up to the file', () => {
    const bytes = new Uint8Array(
      formBody([
        { name: 'a', value: 'v' },
        { name: 'file', value: 'CONTENT' },
      ]),
    )
    const start = Buffer.from(bytes).indexOf('CONTENT')
    for (let length = 0; length < bytes.length; length++) {
      const found = head(bytes.subarray(0, length), false, boundary)
      expect(found.outcome, `of ${length}`).toBe(length < start ? 'too-long' : 'parsed')
    }
  })

  it.each([
    ['carriage returns', '\r'.repeat(100_000)],
    ['half boundaries', '\r\n--'.repeat(25_000)],
    ['header lines', `--B\r\n${'a:\r\n'.repeat(25_000)}`],
    ['parameters', `--B\r\nContent-Disposition: form-data${';a="\\"'.repeat(15_000)}\r\n\r\n`],
    ['spaces', `--B\r\nContent-Disposition: form-data;${' '.repeat(100_000)}x x\r\n\r\n`],
    ['quotes', `--B\r\nContent-Disposition: form-data; name="${'\\"'.repeat(50_000)}x\r\n\r\n`],
  ])('%s without end take no long time', (_name, body) => {
    const started = performance.now()
    expect(head(text(body)).outcome).toBe('malformed')
    expect(performance.now() - started).toBeLessThan(200)
  })
})

describe('findDelimiter()', () => {
  const delimiter = formDelimiter('ab-ab')
  it.each([
    ['x\r\n--ab-ab', 0, 1],
    ['\r\n--ab-ab', 0, 0],
    ['\r\r\n--ab-ab', 0, 1],
    ['\r\n\r\n--ab-ab', 0, 2],
    ['\r\n--ab-a\r\n--ab-ab', 0, 8],
    ['\r\n--ab-ab\r\n--ab-ab', 1, 9],
    ['x\r\n--ab-a', 0, -1],
    ['\n--ab-ab', 0, -1],
    ['', 0, -1],
    [`${'x'.repeat(500)}\r\n--ab-ab`, 0, 500],
  ])('%j from %d: %d', (body, from, expected) => {
    expect(findDelimiter(text(body), from, delimiter)).toBe(expected)
  })

  it('finds what a plain search finds, in random bytes of its own letters', () => {
    let state = 1
    const next = () => (state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff) >> 16
    for (let i = 0; i < 2000; i++) {
      const letters = '\r\n-ab'
      const body = Array.from({ length: 120 }, () => letters[next() % letters.length]).join('')
      const at = next() % 100
      const planted = next() % 3 === 0 ? body : `${body.slice(0, at)}\r\n--ab-ab${body.slice(at)}`
      expect(findDelimiter(text(planted), 0, delimiter), JSON.stringify(planted)).toBe(planted.indexOf('\r\n--ab-ab'))
    }
  })

  it('is linear where every byte may begin a boundary', () => {
    const long = formDelimiter('a'.repeat(70))
    for (const body of ['\r'.repeat(4_000_000), `\r\n--${'a'.repeat(69)}`.repeat(50_000)]) {
      const started = performance.now()
      expect(findDelimiter(text(body), 0, long)).toBe(-1)
      expect(performance.now() - started).toBeLessThan(1000)
    }
  })
})

describe('baseName()', () => {
  it.each([
    ['file.txt', 'file.txt'],
    ['C:\\Program Files\\directory1\\file.txt', 'file.txt'],
    ['/home/a\\b/c.txt', 'c.txt'],
    ['a/', ''],
    ['', ''],
  ])('%j: %j', (filename, expected) => {
    expect(baseName(filename)).toBe(expected)
  })
})
