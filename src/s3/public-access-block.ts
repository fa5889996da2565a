// `<PublicAccessBlockConfiguration>`, of a bucket and of an account, and the errors it makes. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PublicAccessBlockConfiguration.html
import { S3Error } from '../errors.ts'
import {
  effectivePublicAccessBlock,
  noPublicAccessBlock,
  publicAccessSettings,
  type PublicAccessBlock,
} from '../iam/public-access-block.ts'
import { requiredDocument } from './required-document.ts'
import { childText, element } from './xml.ts'
import type { Permission } from '../iam/permission.ts'
import type { Bucket } from '../store/buckets.ts'
import type { Context } from './operation.ts'
import type { Xml, XmlElement } from './xml.ts'

/** What a document asks for; a setting it leaves out is off. Throws MissingRequestBodyError, MalformedXML, InvalidRequest. */
export function parsePublicAccessBlock(xml: XmlElement | null): PublicAccessBlock {
  const root = requiredDocument(xml, 'PublicAccessBlockConfiguration')
  const block = { ...noPublicAccessBlock }
  let isEmpty = true
  for (const setting of publicAccessSettings) {
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
  return publicAccessSettings.map((setting) => element(setting, block[setting]))
}

/** The caller's account, which a request to S3 Control must name. Throws AccessDenied. */
export function ownAccount(accountId: string, { identity }: Pick<Context, 'identity'>): string {
  if (identity.kind === 'account' && identity.accountId === accountId) return accountId
  throw new S3Error('AccessDenied', { reason: `Account ${accountId} is another one` })
}

/** The public access block that holds for a bucket: its own and its account's. */
export function blockOf({ configs, accountPublicAccessBlock }: Bucket): PublicAccessBlock {
  return effectivePublicAccessBlock(configs['publicAccessBlock'], accountPublicAccessBlock)
}

const prevented = {
  BlockPublicAcls: 'public ACLs',
  BlockPublicPolicy: 'public policies',
}

/**
 * AccessDenied for what a setting prevents. The bucket's own account is told the setting.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html#bpa-settings-403
 */
export function preventedError(
  setting: keyof typeof prevented,
  { action, resource }: Permission,
  { identity, bucket }: Pick<Context, 'identity' | 'bucket'>,
): S3Error {
  const reason = `${prevented[setting]} are prevented by the ${setting} setting in S3 Block Public Access.`
  if (identity.kind !== 'account' || identity.accountId !== bucket.accountId) {
    return new S3Error('AccessDenied', { reason })
  }
  const who = `User: ${identity.principal.arn} is not authorized to perform: ${action} on resource: "${resource}"`
  return new S3Error('AccessDenied', { message: `${who} because ${reason}`, reason })
}
