// InputSerialization: what the object is. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_InputSerialization.html
import { S3Error } from '../../errors.ts'
import { childElement, type XmlElement } from '../xml.ts'
import {
  checkApart,
  choice,
  delimiter,
  flag,
  invalidParameter,
  onlyFormat,
  optionalChoice,
  quoteCharacter,
} from './fields.ts'
import type { Compression, CsvInput, InputFormat, JsonInput } from '../../select/request.ts'

const knownElements = new Set(['CSV', 'JSON', 'Parquet', 'CompressionType'])

/** ZSTD is beyond AWS. */
const compressions = ['NONE', 'GZIP', 'BZIP2', 'ZSTD'] as const

/** Throws S3Error. */
export function parseInput(xml: XmlElement | null): { input: InputFormat; compression: Compression } {
  if (xml === null) throw missing()
  const format = onlyFormat(xml, ['CSV', 'JSON', 'Parquet'])
  if (format === null) {
    if (xml.children.some(({ name }) => !knownElements.has(name))) throw new S3Error('InvalidDataSource')
    throw missing()
  }
  const compression = optionalChoice(xml, 'CompressionType', { words: compressions, code: 'InvalidCompressionFormat' })
  switch (format.name) {
    case 'CSV':
      return { input: csvInput(format), compression }
    case 'JSON':
      return { input: jsonInput(format), compression }
  }
  // Parquet is compressed inside, column by column.
  if (compression !== 'NONE') throw invalidParameter('CompressionType must be NONE for Parquet')
  return { input: { format: 'Parquet' }, compression }
}

function missing(): S3Error {
  return new S3Error('MissingRequiredParameter', { fields: { ParameterName: 'InputSerialization' } })
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CSVInput.html */
function csvInput(xml: XmlElement): CsvInput {
  const quote = quoteCharacter(xml)
  const input: CsvInput = {
    format: 'CSV',
    header: optionalChoice(xml, 'FileHeaderInfo', { words: ['NONE', 'USE', 'IGNORE'], code: 'InvalidFileHeaderInfo' }),
    recordDelimiter: delimiter(xml, 'RecordDelimiter', { byDefault: '\n', charactersMax: 2 }),
    fieldDelimiter: delimiter(xml, 'FieldDelimiter', { byDefault: ',', charactersMax: 2 }),
    quote,
    escape: delimiter(xml, 'QuoteEscapeCharacter', { byDefault: quote === '' ? '' : '"', charactersMax: 1 }),
    comments: delimiter(xml, 'Comments', { byDefault: '#', charactersMax: 1 }),
    allowQuotedRecordDelimiter: flag(xml, 'AllowQuotedRecordDelimiter'),
  }
  checkApart(input)
  return input
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_JSONInput.html */
function jsonInput(xml: XmlElement): JsonInput {
  const type = childElement(xml, 'Type')?.text ?? ''
  return { format: 'JSON', type: choice(type, ['DOCUMENT', 'LINES'], 'InvalidJsonType') }
}
