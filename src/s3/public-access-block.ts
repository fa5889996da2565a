// `<PublicAccessBlockConfiguration>`, of a bucket and of an account. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PublicAccessBlockConfiguration.html
import { S3Error } from '../errors.ts'
import { nothingBlocked, publicAccessSwitches, type PublicAccessBlock } from '../iam/public-access-block.ts'
import { requiredDocument } from './required-document.ts'
import { childText, element } from './xml.ts'
import type { Xml, XmlElement } from './xml.ts'

/** What a document asks for; a setting it leaves out is off. Throws MissingRequestBodyError, MalformedXML, InvalidRequest. */
export function parsePublicAccessBlock(xml: XmlElement | null): PublicAccessBlock {
  const root = requiredDocument(xml, 'PublicAccessBlockConfiguration')
  const block = { ...nothingBlocked }
  let isEmpty = true
  for (const setting of publicAccessSwitches) {
    const text = childText(root, setting)
    if (text === null) continue
    isEmpty = false
    block[setting] = parseFlag(text)
  }
  if (isEmpty) throw new S3Error('InvalidRequest', { message: 'Must specify at least one configuration.' })
  return block
}

/** An xsd:boolean, in whatever case: boto3 writes `true`, others `TRUE`. */
function parseFlag(text: string): boolean {
  const flag = text.trim().toLowerCase()
  if (flag === 'true' || flag === '1') return true
  if (flag === 'false' || flag === '0') return false
  throw new S3Error('MalformedXML', { reason: `${text} is no boolean` })
}

/** The four settings, to stand in the document. */
export function publicAccessBlockElements(block: PublicAccessBlock): Xml[] {
  return publicAccessSwitches.map((setting) => element(setting, block[setting]))
}
