// Object ownership, in the header of CreateBucket and in `<OwnershipControls>`. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
import { S3Error } from '../errors.ts'
import { requiredDocument } from './required-document.ts'
import { childElements, childText } from './xml.ts'
import type { XmlElement } from './xml.ts'

const ownerships = new Set(['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'])

/** Is there an object ownership of this name? */
export function isOwnership(name: string): boolean {
  return ownerships.has(name)
}

/** The ownership that a document asks for. Throws MissingRequestBodyError or MalformedXML. */
export function parseOwnershipControls(xml: XmlElement | null): string {
  const rules = childElements(requiredDocument(xml, 'OwnershipControls'), 'Rule')
  const [rule] = rules
  const ownership = rule === undefined ? null : childText(rule, 'ObjectOwnership')
  if (rules.length !== 1 || ownership === null || !isOwnership(ownership.trim())) {
    throw new S3Error('MalformedXML', { reason: `${rules.length} rules, the first of ${ownership}` })
  }
  return ownership.trim()
}
