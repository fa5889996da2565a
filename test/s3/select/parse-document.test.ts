import { describe, expect, it } from 'vitest'
import { S3Error } from '../../../src/errors.ts'
import { parseSelectDocument } from '../../../src/s3/select/parse-document.ts'
import { parseXml } from '../../../src/s3/xml.ts'

interface Parts {
  expression?: string
  type?: string
  input?: string
  output?: string
  more?: string
}

const csv = '<CSV/>'

function bodyOf({
  expression = '<Expression>SELECT * FROM S3Object</Expression>',
  type = '<ExpressionType>SQL</ExpressionType>',
  input = `<InputSerialization>${csv}</InputSerialization>`,
  output = `<OutputSerialization>${csv}</OutputSerialization>`,
  more = '',
}: Parts = {}): string {
  const xmlns = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
  return `<SelectObjectContentRequest ${xmlns}>${expression}${type}${input}${output}${more}</SelectObjectContentRequest>`
}

function parsed(parts: Parts = {}) {
  return parseSelectDocument(parseXml(bodyOf(parts)))
}

function inputOf(content: string) {
  return parsed({ input: `<InputSerialization>${content}</InputSerialization>` })
}

function outputOf(content: string) {
  return parsed({ output: `<OutputSerialization>${content}</OutputSerialization>` }).output
}

function codeOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof S3Error) return error.code
    throw error
  }
  return 'none'
}

const csvDefaults = {
  format: 'CSV',
  header: 'NONE',
  recordDelimiter: '\n',
  fieldDelimiter: ',',
  quote: '"',
  escape: '"',
  comments: '#',
  allowQuotedRecordDelimiter: false,
}

describe('a body of SelectObjectContent', () => {
  it('has AWS’s defaults for all it does not say', () => {
    expect(parsed()).toEqual({
      expression: 'SELECT * FROM S3Object',
      input: csvDefaults,
      compression: 'NONE',
      output: {
        format: 'CSV',
        quoteFields: 'ASNEEDED',
        recordDelimiter: '\n',
        fieldDelimiter: ',',
        quote: '"',
        escape: '"',
      },
      scanRange: null,
      progress: false,
    })
  })

  it('may have the root that AWS’s first examples had', () => {
    const old = bodyOf().replaceAll('SelectObjectContentRequest', 'SelectRequest')
    expect(parseSelectDocument(parseXml(old)).compression).toBe('NONE')
  })

  it('takes every field of CSV', () => {
    const { input, compression } = inputOf(
      '<CompressionType>gzip</CompressionType><CSV><FileHeaderInfo>use</FileHeaderInfo>' +
        '<RecordDelimiter>&#13;&#10;</RecordDelimiter><FieldDelimiter>&#9;</FieldDelimiter>' +
        '<QuoteCharacter>&apos;</QuoteCharacter><QuoteEscapeCharacter>\\</QuoteEscapeCharacter>' +
        '<Comments>%</Comments><AllowQuotedRecordDelimiter>True</AllowQuotedRecordDelimiter></CSV>',
    )
    expect(compression).toBe('GZIP')
    expect(input).toEqual({
      format: 'CSV',
      header: 'USE',
      recordDelimiter: '\r\n',
      fieldDelimiter: '\t',
      quote: "'",
      escape: '\\',
      comments: '%',
      allowQuotedRecordDelimiter: true,
    })
  })

  it('takes an empty element for the default, and an empty QuoteCharacter for no quoting', () => {
    const names = ['FileHeaderInfo', 'RecordDelimiter', 'FieldDelimiter', 'QuoteEscapeCharacter', 'Comments']
    expect(inputOf(`<CSV>${names.map((name) => `<${name}></${name}>`).join('')}</CSV>`).input).toEqual(csvDefaults)
    expect(inputOf('<CSV><QuoteCharacter/></CSV>').input).toEqual({ ...csvDefaults, quote: '', escape: '' })
  })

  it('keeps white space that is a delimiter, and strips it from words', () => {
    const { input } = inputOf('<CSV><FieldDelimiter> </FieldDelimiter><FileHeaderInfo> USE </FileHeaderInfo></CSV>')
    expect(input).toMatchObject({ fieldDelimiter: ' ', header: 'USE' })
  })

  it.each(['GZIP', 'BZIP2', 'ZSTD', 'NONE', 'none', 'Bzip2'])('may be compressed as %s', (word) => {
    expect(inputOf(`<JSON><Type>lines</Type></JSON><CompressionType>${word}</CompressionType>`)).toMatchObject({
      input: { format: 'JSON', type: 'LINES' },
      compression: word.toUpperCase(),
    })
  })

  it('takes Parquet, and both outputs', () => {
    expect(inputOf('<Parquet/>').input).toEqual({ format: 'Parquet' })
    expect(outputOf('<JSON><RecordDelimiter>,</RecordDelimiter></JSON>')).toEqual({
      format: 'JSON',
      recordDelimiter: ',',
    })
    expect(outputOf('<CSV><QuoteFields>always</QuoteFields><FieldDelimiter>|</FieldDelimiter></CSV>')).toMatchObject({
      quoteFields: 'ALWAYS',
      fieldDelimiter: '|',
    })
  })

  it.each([
    ['<Start>5</Start>', { start: 5, end: null }],
    ['<End>5</End>', { start: null, end: 5 }],
    ['<Start>5</Start><End>5</End>', { start: 5, end: 5 }],
    ['', null],
  ])('takes the scan range %s', (content, expected) => {
    expect(parsed({ more: `<ScanRange>${content}</ScanRange>` }).scanRange).toEqual(expected)
  })

  it('takes the wish for progress in any letter case', () => {
    const wishes = ['TRUE', 'true', 'False', ''].map(
      (word) => parsed({ more: `<RequestProgress><Enabled>${word}</Enabled></RequestProgress>` }).progress,
    )
    expect(wishes).toEqual([true, true, false, false])
  })

  it('may have an expression of 256 KiB and no more', () => {
    const codes = [256 * 1024, 256 * 1024 + 2].map((bytes) =>
      codeOf(() => parsed({ expression: `<Expression>${'é'.repeat(bytes / 2)}</Expression>` })),
    )
    expect(codes).toEqual(['none', 'ExpressionTooLong'])
  })
})

describe('a faulty body of SelectObjectContent', () => {
  it('is EmptyRequestBody without anything, and MalformedXML with another root', () => {
    expect(codeOf(() => parseSelectDocument(null))).toBe('EmptyRequestBody')
    expect(codeOf(() => parseSelectDocument(parseXml('<Delete/>')))).toBe('MalformedXML')
  })

  it.each<[Parts, string]>([
    [{ expression: '' }, 'MissingRequiredParameter'],
    [{ expression: '<Expression> </Expression>' }, 'MissingRequiredParameter'],
    [{ type: '' }, 'MissingRequiredParameter'],
    [{ type: '<ExpressionType>XQuery</ExpressionType>' }, 'InvalidExpressionType'],
    [{ input: '' }, 'MissingRequiredParameter'],
    [{ output: '' }, 'MissingRequiredParameter'],
    [{ output: '<OutputSerialization><Parquet/></OutputSerialization>' }, 'MissingRequiredParameter'],
    [{ output: '<OutputSerialization><CSV/><JSON/></OutputSerialization>' }, 'ObjectSerializationConflict'],
    [
      { output: '<OutputSerialization><CSV><QuoteFields>NEVER</QuoteFields></CSV></OutputSerialization>' },
      'InvalidQuoteFields',
    ],
    [{ more: '<RequestProgress><Enabled>yes</Enabled></RequestProgress>' }, 'InvalidRequestParameter'],
    [{ more: '<ScanRange><Start>6</Start><End>5</End></ScanRange>' }, 'InvalidScanRange'],
    [{ more: '<ScanRange><Start>-1</Start></ScanRange>' }, 'InvalidScanRange'],
    [{ more: '<ScanRange><End>0</End></ScanRange>' }, 'InvalidScanRange'],
    [{ more: '<ScanRange><Start>x</Start></ScanRange>' }, 'InvalidScanRange'],
    [{ more: '<ScanRange><Start>99999999999999999</Start></ScanRange>' }, 'InvalidScanRange'],
  ])('%j is %s', (parts, code) => {
    expect(codeOf(() => parsed(parts))).toBe(code)
  })

  it.each([
    ['', 'MissingRequiredParameter'],
    ['<CompressionType>GZIP</CompressionType>', 'MissingRequiredParameter'],
    ['<Avro/>', 'InvalidDataSource'],
    ['<CSV/><JSON><Type>LINES</Type></JSON>', 'ObjectSerializationConflict'],
    ['<CSV/><CSV/>', 'ObjectSerializationConflict'],
    ['<CSV><FileHeaderInfo>MAYBE</FileHeaderInfo></CSV>', 'InvalidFileHeaderInfo'],
    ['<CSV/><CompressionType>LZ4</CompressionType>', 'InvalidCompressionFormat'],
    ['<Parquet/><CompressionType>GZIP</CompressionType>', 'InvalidRequestParameter'],
    ['<JSON/>', 'InvalidJsonType'],
    ['<JSON><Type>TABLE</Type></JSON>', 'InvalidJsonType'],
    ['<CSV><FieldDelimiter>abc</FieldDelimiter></CSV>', 'InvalidRequestParameter'],
    ['<CSV><RecordDelimiter>abc</RecordDelimiter></CSV>', 'InvalidRequestParameter'],
    ['<CSV><QuoteCharacter>ab</QuoteCharacter></CSV>', 'InvalidRequestParameter'],
    ['<CSV><QuoteEscapeCharacter>ab</QuoteEscapeCharacter></CSV>', 'InvalidRequestParameter'],
    ['<CSV><Comments>ab</Comments></CSV>', 'InvalidRequestParameter'],
    ['<CSV><FieldDelimiter>&#10;</FieldDelimiter></CSV>', 'InvalidRequestParameter'],
    ['<CSV><FieldDelimiter>"</FieldDelimiter></CSV>', 'InvalidRequestParameter'],
    ['<CSV><AllowQuotedRecordDelimiter>1</AllowQuotedRecordDelimiter></CSV>', 'InvalidRequestParameter'],
  ])('input %s is %s', (content, code) => {
    expect(codeOf(() => inputOf(content))).toBe(code)
  })

  it.each([
    '<CSV/><CompressionType>GZIP</CompressionType>',
    '<CSV><AllowQuotedRecordDelimiter>TRUE</AllowQuotedRecordDelimiter></CSV>',
    '<JSON><Type>DOCUMENT</Type></JSON>',
  ])('a scan range over %s is UnsupportedScanRangeInput', (content) => {
    const input = `<InputSerialization>${content}</InputSerialization>`
    expect(codeOf(() => parsed({ input, more: '<ScanRange><Start>1</Start></ScanRange>' }))).toBe(
      'UnsupportedScanRangeInput',
    )
  })
})
