// The root of a request body that must be there. No I/O, no clock.
import { S3Error } from '../errors.ts'
import type { XmlElement } from './xml.ts'

/** The body's root, which must have this name. Throws MissingRequestBodyError for an empty body, or MalformedXML. */
export function requiredDocument(xml: XmlElement | null, name: string): XmlElement {
  if (xml === null) throw new S3Error('MissingRequestBodyError')
  if (xml.name !== name) throw new S3Error('MalformedXML', { reason: `Root is ${xml.name}, not ${name}` })
  return xml
}
