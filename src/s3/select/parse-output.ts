// OutputSerialization: what records look like in the answer. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_OutputSerialization.html
import { S3Error } from '../../errors.ts'
import { checkApart, delimiter, onlyFormat, optionalChoice, quoteCharacter } from './fields.ts'
import type { CsvOutput, OutputFormat } from '../../select/request.ts'
import { childElement, type XmlElement } from '../xml.ts'

/** Throws S3Error. */
export function parseOutput(xml: XmlElement | null): OutputFormat {
  const format = xml === null ? null : onlyFormat(xml, ['CSV', 'JSON'])
  if (format === null) {
    throw new S3Error('MissingRequiredParameter', { fields: { ParameterName: 'OutputSerialization' } })
  }
  if (format.name === 'CSV') return csvOutput(format)
  return {
    format: 'JSON',
    recordDelimiter: delimiter(format, 'RecordDelimiter', { byDefault: '\n', charactersMax: 2 }),
  }
}

/** Whether the output is JSON of which nothing more is said, for which Ceph, and the lenient dialect, write bare values. */
export function isBareJson(xml: XmlElement | null): boolean {
  const json = xml === null ? null : childElement(xml, 'JSON')
  return json !== null && childElement(json, 'RecordDelimiter') === null
}

/** The CSV of a request that says nothing of it. */
export const defaultCsvOutput: CsvOutput = {
  format: 'CSV',
  quoteFields: 'ASNEEDED',
  recordDelimiter: '\n',
  fieldDelimiter: ',',
  quote: '"',
  escape: '"',
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CSVOutput.html */
function csvOutput(xml: XmlElement): CsvOutput {
  const output: CsvOutput = {
    format: 'CSV',
    quoteFields: optionalChoice(xml, 'QuoteFields', { words: ['ASNEEDED', 'ALWAYS'], code: 'InvalidQuoteFields' }),
    recordDelimiter: delimiter(xml, 'RecordDelimiter', { byDefault: '\n', charactersMax: 2 }),
    fieldDelimiter: delimiter(xml, 'FieldDelimiter', { byDefault: ',', charactersMax: 2 }),
    quote: quoteCharacter(xml),
    escape: delimiter(xml, 'QuoteEscapeCharacter', { byDefault: '"', charactersMax: 1 }),
  }
  checkApart(output)
  return output
}
