import { S3Error } from '../../errors.ts'
import { bucketTagsMax } from '../../limits.ts'
import { bucketArn, requestTagConditions } from '../../iam/permission.ts'
import { aclsEnabled, isPrivateAcl, isPublicAcl } from '../../iam/acl.ts'
import { fullPublicAccessBlock, readPublicAccessBlock } from '../../iam/public-access-block.ts'
import { locationOf } from '../bucket-region.ts'
import { invalidArgument } from '../invalid-argument.ts'
import { isOwnership } from '../object-ownership.ts'
import { defineOperation } from '../operation.ts'
import { aclOfHeaders } from '../requested-acl.ts'
import { parseTagging } from '../tagging.ts'
import { childElement, childText } from '../xml.ts'
import { resolveAcl } from '../written-acl.ts'
import type { Acl } from '../../iam/acl.ts'
import type { Permission } from '../../iam/permission.ts'
import type { Context, S3Response } from '../operation.ts'
import type { HeaderAcl } from '../requested-acl.ts'
import type { XmlElement } from '../xml.ts'

interface Input {
  bucket: string
  /** Null where the request names none. */
  location: string | null
  tags: Record<string, string>
  objectLock: boolean
  /** Null where the request names none. */
  ownership: string | null
  acl: HeaderAcl
}

type Creator = Extract<Context['identity'], { kind: 'account' }>

/**
 * CreateBucket: a new, empty bucket of the account that asks.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
 * Making a bucket that one has already succeeds where AWS documents that: in us-east-1, without tags.
 * Differs from AWS: making it again with another ACL is BucketAlreadyExists (AWS resets the ACL, for "legacy
 * compatibility"); every well-formed LocationConstraint is accepted on the one endpoint there is, us-east-1 too.
 * Directory buckets and account-regional names are not implemented.
 */
export const createBucket = defineOperation({
  name: 'CreateBucket',
  route: { method: 'PUT', level: 'bucket' },
  body: 'xml',
  bucketOptional: true,

  parse({ address, headers, xml }): Input {
    checkNamespace(headers)
    const ownership = parseOwnership(headers)
    return {
      bucket: address.bucket,
      ...parseConfiguration(xml),
      objectLock: parseFlag(headers, 'x-amz-bucket-object-lock-enabled'),
      ownership,
      acl: aclOfHeaders(headers, 'bucket'),
    }
  },

  permissions({ bucket, objectLock, ownership, acl, tags, location }) {
    const actions = ['s3:CreateBucket']
    if (objectLock) actions.push('s3:PutBucketObjectLockConfiguration', 's3:PutBucketVersioning')
    if (ownership !== null) actions.push('s3:PutBucketOwnershipControls')
    if (acl.kind !== 'none') actions.push('s3:PutBucketAcl')
    if (Object.keys(tags).length > 0) actions.push('s3:TagResource')
    const conditions = {
      ...requestTagConditions(tags),
      's3:locationconstraint': location === null ? [] : [location],
    }
    return actions.map((action): Permission => ({ action, resource: bucketArn(bucket), conditions }))
  },

  async handle(input, context) {
    const { identity, store, region } = context
    if (identity.kind === 'anonymous') throw new S3Error('AccessDenied', { reason: 'A bucket belongs to an account' })
    const defaults = store.bucketDefaults()
    const ownership = input.ownership ?? defaults.ownership
    const location = input.location ?? locationOf(region)
    const acl = await creationAcl(input.acl, { identity, ownership, blocks: defaults.blocksPublicAccess }, context)
    const created = await store.createBucket({
      name: input.bucket,
      accountId: identity.accountId,
      location,
      objectLock: input.objectLock,
      ownership,
      // Object lock needs versions, for good.
      versioning: input.objectLock ? 'enabled' : 'unversioned',
      configs: {
        ...(acl !== null && { acl: JSON.stringify(acl) }),
        ...(Object.keys(input.tags).length > 0 && { tagging: JSON.stringify(input.tags) }),
        ...(defaults.blocksPublicAccess && { publicAccessBlock: JSON.stringify(fullPublicAccessBlock) }),
      },
    })
    switch (created.outcome) {
      case 'created':
        return answer(input.bucket)
      case 'exists':
        if (created.accountId !== identity.accountId) throw taken('BucketAlreadyExists', input.bucket)
        return recreated({ ...input, location }, acl, context)
      case 'too-many':
    }
    throw new S3Error('TooManyBuckets')
  },
})

function answer(bucket: string): S3Response {
  return { status: 200, headers: { location: `/${bucket}`, 'x-amz-bucket-arn': bucketArn(bucket) } }
}

function taken(code: 'BucketAlreadyExists' | 'BucketAlreadyOwnedByYou', bucket: string): S3Error {
  return new S3Error(code, { fields: { BucketName: bucket } })
}

/** The list of the new bucket; null for none. Throws where it grants what ownership or a public access block forbid. */
async function creationAcl(
  wanted: HeaderAcl,
  { identity, ownership, blocks }: { identity: Creator; ownership: string; blocks: boolean },
  { store }: Context,
): Promise<Acl | null> {
  if (wanted.kind === 'none') return null
  const owner = identity.canonicalId
  const acl = await resolveAcl(wanted, { level: 'bucket', owner, bucketOwner: owner }, store)
  if (isPrivateAcl(acl, owner)) return null
  if (!aclsEnabled(ownership)) throw new S3Error('InvalidBucketAclWithObjectOwnership')
  if (!isPublicAcl(acl)) return acl
  if (blocks) throw new S3Error('InvalidBucketAclWithBlockPublicAccessError')
  if (readPublicAccessBlock(await store.accountPublicAccessBlock(identity.accountId)).BlockPublicAcls) {
    throw new S3Error('AccessDenied', { reason: 'The account blocks public ACLs' })
  }
  return acl
}

/**
 * The bucket is there and the caller's: "legacy compatibility" makes that a success in us-east-1, and only there. With
 * another ACL than the bucket has it is refused.
 */
async function recreated(
  { bucket, location, tags }: Input & { location: string },
  acl: Acl | null,
  { store }: Context,
): Promise<S3Response> {
  const existing = await store.bucket(bucket)
  const isLegacy = location === '' && existing?.location === '' && Object.keys(tags).length === 0
  if (!isLegacy) throw taken('BucketAlreadyOwnedByYou', bucket)
  const wanted = acl === null ? null : JSON.stringify(acl)
  const isOther = aclsEnabled(existing.ownership) && (existing.configs['acl'] ?? null) !== wanted
  if (isOther) throw taken('BucketAlreadyExists', bucket)
  return answer(bucket)
}

// ── parsing ──────────────────────────────────────────────────────────────────────────────────────────────────────────

function parseConfiguration(xml: XmlElement | null): { location: string | null; tags: Record<string, string> } {
  if (xml === null) return { location: null, tags: {} }
  if (xml.name !== 'CreateBucketConfiguration') throw new S3Error('MalformedXML', { reason: `Root is ${xml.name}` })
  if (childElement(xml, 'Bucket') !== null || childElement(xml, 'Location') !== null) {
    throw new S3Error('NotImplemented', { message: 'Directory buckets are not implemented' })
  }
  const tags = childElement(xml, 'Tags')
  return { location: parseLocation(childText(xml, 'LocationConstraint')), tags: tags === null ? {} : parseTags(tags) }
}

/** The same rules as for PutBucketTagging, whose tag set is called TagSet. */
function parseTags(tags: XmlElement): Record<string, string> {
  const document = { name: 'Tagging', text: '', attributes: {}, children: [{ ...tags, name: 'TagSet' }] }
  return parseTagging(document, bucketTagsMax, 'Bucket tag count cannot be greater than 50')
}

function parseLocation(constraint: string | null): string | null {
  if (constraint === null || constraint === '') return null
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?$/.test(constraint)) {
    throw new S3Error('InvalidLocationConstraint', { fields: { LocationConstraint: constraint } })
  }
  return locationOf(constraint)
}

function parseOwnership(headers: Headers): string | null {
  const value = headers.get('x-amz-object-ownership')
  if (value === null || isOwnership(value)) return value
  throw new S3Error('InvalidArgument', {
    message: `Invalid x-amz-object-ownership header: ${value}`,
    fields: { ArgumentName: 'x-amz-object-ownership' },
  })
}

function parseFlag(headers: Headers, name: string): boolean {
  const value = headers.get(name) ?? ''
  const flag = value.toLowerCase()
  if (flag === 'true') return true
  if (flag === 'false' || flag === '') return false
  throw invalidArgument(name, value, `Invalid ${name} header: ${value}`)
}

function checkNamespace(headers: Headers): void {
  const name = 'x-amz-bucket-namespace'
  const value = headers.get(name)
  if (value === null || value === '' || value === 'global') return
  if (value === 'account-regional') throw new S3Error('NotImplemented', { fields: { Header: name } })
  throw invalidArgument(name, value, `Invalid ${name} header: ${value}`)
}
