// The XML of a SelectObjectContent request, with AWS's defaults and error codes. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_SelectObjectContent.html
import { S3Error } from '../../errors.ts'
import { selectExpressionBytesMax } from '../../limits.ts'
import { childElement, type XmlElement } from '../xml.ts'
import { parseInput } from './parse-input.ts'
import { parseOutput } from './parse-output.ts'
import { parseScanRange } from './parse-scan-range.ts'
import { choice, flag, required } from './fields.ts'
import type { SelectRequest } from '../../select/request.ts'

/** All of a request that its body says. */
export type SelectDocument = Omit<SelectRequest, 'dialect'>

/** The second is what AWS's first examples called it, and what some clients send still. */
const rootNames = new Set(['SelectObjectContentRequest', 'SelectRequest'])

const utf8 = new TextEncoder()

/**
 * Reads the body. Values that name something count in any letter case; an element without content counts as missing,
 * except QuoteCharacter, which then stands for no quoting. Throws S3Error with the code AWS lists for the fault.
 */
export function parseSelectDocument(xml: XmlElement | null): SelectDocument {
  if (xml === null) throw new S3Error('EmptyRequestBody')
  if (!rootNames.has(xml.name)) throw new S3Error('MalformedXML', { reason: `Root is ${xml.name}` })
  const expression = expressionOf(xml)
  choice(required(xml, 'ExpressionType'), ['SQL'], 'InvalidExpressionType')
  const { input, compression } = parseInput(childElement(xml, 'InputSerialization'))
  const output = parseOutput(childElement(xml, 'OutputSerialization'))
  const scanRange = parseScanRange(childElement(xml, 'ScanRange'), { input, compression })
  const progress = childElement(xml, 'RequestProgress')
  return {
    expression,
    input,
    compression,
    output,
    scanRange,
    progress: progress !== null && flag(progress, 'Enabled'),
  }
}

function expressionOf(xml: XmlElement): string {
  const text = childElement(xml, 'Expression')?.text ?? ''
  if (text.trim() === '') throw new S3Error('MissingRequiredParameter', { fields: { ParameterName: 'Expression' } })
  // No character takes fewer bytes than UTF-16 units.
  if (text.length > selectExpressionBytesMax || utf8.encode(text).length > selectExpressionBytesMax) {
    throw new S3Error('ExpressionTooLong')
  }
  return text
}
