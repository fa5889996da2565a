import { describe, expect, it } from 'vitest'
import { anonymousCanonicalId, cannedAcl, type Acl } from '../../src/iam/acl.ts'
import { accountPrincipal } from '../../src/iam/principal.ts'
import { fullPublicAccessBlock, noPublicAccessBlock } from '../../src/iam/public-access-block.ts'
import { resolveAcl, storableAcl, writtenAs } from '../../src/s3/written-acl.ts'
import { bucketRecord, contextWith, ownerId, storeWith } from '../support/bucket-store.ts'
import type { S3Error } from '../../src/errors.ts'
import type { Identity } from '../../src/auth/identity.ts'
import type { HeaderAcl, RequestedAcl, RequestedGrant } from '../../src/s3/requested-acl.ts'
import type { Bucket } from '../../src/store/buckets.ts'
import type { Store } from '../../src/store/store.ts'

/** The bucket belongs to alice (`ownerId`). */
const bobId = 'b'.repeat(64)
const bob: Identity = {
  kind: 'account',
  accountId: '222222222222',
  canonicalId: bobId,
  displayName: 'bob',
  accessKeyId: 'AKIDBOB',
  isRoot: false,
  principal: accountPrincipal('222222222222'),
  session: null,
}
const nobody: Identity = { kind: 'anonymous' }
const known = [
  { accountId: '111111111111', canonicalId: ownerId, displayName: 'alice' },
  { accountId: '222222222222', canonicalId: bobId, displayName: 'bob' },
]
const store: Partial<Store> = {
  accountsById: async (ids) => known.filter(({ canonicalId }) => ids.includes(canonicalId)),
  accountsByEmail: async (email) => (email === 'two@b.c' ? known : email === 'bob@b.c' ? known.slice(1) : []),
}

const canned = (name: string): HeaderAcl => ({ kind: 'canned', name })
const none: HeaderAcl = { kind: 'none' }
const to = (canonicalId: string, permission: RequestedGrant['permission'] = 'READ') => ({
  grantee: { canonicalId },
  permission,
})
const byEmail = (email: string): RequestedGrant => ({ grantee: { email }, permission: 'READ' })
const grants = (...list: RequestedGrant[]) => ({ kind: 'grants' as const, grants: list })
const document = (owner: string, ...list: RequestedGrant[]) => ({ kind: 'document' as const, owner, grants: list })

const context = (facts: Partial<Bucket>, identity?: Identity) =>
  contextWith(store, { bucket: bucketRecord(facts), ...(identity !== undefined && { identity }) })

/** The value, or `Code ArgumentName ArgumentValue` of the error. */
async function resultOf(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work
  } catch (error) {
    const { code, fields } = error as S3Error
    return [code, ...Object.values(fields)].join(' ')
  }
}

describe('resolveAcl()', () => {
  const of = { level: 'object' as const, owner: ownerId, bucketOwner: bobId }
  const resolved = (wanted: Exclude<RequestedAcl, { kind: 'none' }>) =>
    resultOf(resolveAcl(wanted, of, storeWith(store)))

  it.each<[Exclude<RequestedAcl, { kind: 'none' }>, unknown]>([
    [{ kind: 'canned', name: 'bucket-owner-read' }, cannedAcl('bucket-owner-read', 'object', of)],
    [grants(to(bobId), to(ownerId, 'WRITE')), [to(bobId), to(ownerId, 'WRITE')]],
    [grants(byEmail('bob@b.c')), [to(bobId)]],
    [grants(byEmail('nobody@b.c')), 'UnresolvableGrantByEmailAddress'],
    [grants(byEmail('two@b.c')), 'AmbiguousGrantByEmailAddress'],
    [grants(to('_foo')), 'InvalidArgument id _foo'],
    [document(ownerId, to('_foo')), 'InvalidArgument CanonicalUser/ID _foo'],
    [document(ownerId), []],
    [
      document(ownerId, { grantee: { group: 'AllUsers' }, permission: 'READ' }),
      [{ grantee: { group: 'AllUsers' }, permission: 'READ' }],
    ],
    [document(bobId, to(bobId)), 'AccessDenied'],
    [document('', to(bobId)), 'InvalidArgument CanonicalUser/ID '],
  ])('%j', async (wanted, expected) => {
    expect(await resolved(wanted)).toEqual(expected)
  })

  it('asks for no account where only the owners are named', async () => {
    const wanted = document(ownerId, to(ownerId), to(bobId))
    expect(await resolveAcl(wanted, of, storeWith({}))).toEqual([to(ownerId), to(bobId)])
  })
})

const blocking = (setting: string) => JSON.stringify({ ...noPublicAccessBlock, [setting]: true })

describe('storableAcl()', () => {
  const of = { level: 'bucket' as const, owner: ownerId, bucketOwner: ownerId }
  const permission = { action: 's3:PutBucketAcl', resource: 'arn:aws:s3:::photos' }
  const stored = (wanted: RequestedAcl, facts: Partial<Bucket>, identity?: Identity) =>
    resultOf(storableAcl(wanted, { ...of, permission }, context(facts, identity)))
  const writer = { ownership: 'ObjectWriter' }
  const publicRead = cannedAcl('public-read', 'bucket', of)

  it('stores nothing for what needs no list', async () => {
    expect(await stored(none, writer)).toBeNull()
    expect(await stored(canned('private'), writer)).toBeNull()
    expect(await stored(grants(to(ownerId, 'FULL_CONTROL')), writer)).toBeNull()
    expect(await stored(canned('public-read'), writer)).toEqual(publicRead)
    expect(await stored(document(ownerId), writer)).toEqual([])
  })

  it.each<[string, Partial<Bucket>, unknown]>([
    ['in the bucket', { ...writer, configs: { publicAccessBlock: blocking('BlockPublicAcls') } }, 'AccessDenied'],
    ['in the account', { ...writer, accountPublicAccessBlock: blocking('BlockPublicAcls') }, 'AccessDenied'],
    [
      'not, when they are ignored',
      { ...writer, configs: { publicAccessBlock: blocking('IgnorePublicAcls') } },
      publicRead,
    ],
    [
      'not, when policies are',
      { ...writer, configs: { publicAccessBlock: blocking('BlockPublicPolicy') } },
      publicRead,
    ],
  ])('refuses public lists where they are blocked: %s', async (_, facts, expected) => {
    expect(await stored(canned('public-read'), facts)).toEqual(expected)
    expect(await stored(canned('log-delivery-write'), facts)).toEqual(cannedAcl('log-delivery-write', 'bucket', of))
  })

  const all: RequestedGrant = { grantee: { group: 'AuthenticatedUsers' }, permission: 'READ' }
  const logs: RequestedGrant = { grantee: { group: 'LogDelivery' }, permission: 'WRITE' }
  it.each<[string, RequestedAcl, string]>([
    ['a canned list', canned('public-read'), 'AccessDenied'],
    ['grants', grants(to(bobId), all), 'AccessDenied'],
    ['a document', document(ownerId, all), 'AccessDenied'],
    ['no public list', grants(to(bobId), logs), 'AccessControlListNotSupported'],
  ])('says that public ones are blocked before it says that ACLs are disabled: %s', async (_, wanted, code) => {
    const facts = { configs: { publicAccessBlock: JSON.stringify(fullPublicAccessBlock) } }
    expect(await stored(wanted, facts)).toBe(code)
  })

  it('tells the setting to the account of the bucket alone', async () => {
    const facts = { ...writer, configs: { publicAccessBlock: blocking('BlockPublicAcls') } }
    const messageFor = async (identity?: Identity) => {
      const setting = storableAcl(canned('public-read'), { ...of, permission }, context(facts, identity))
      return setting.catch((error: S3Error) => error.message)
    }
    expect(await messageFor()).toBe(
      'User: arn:aws:iam::111111111111:root is not authorized to perform: s3:PutBucketAcl on resource: ' +
        '"arn:aws:s3:::photos" because public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public Access.',
    )
    expect(await messageFor(bob)).toBe('Access Denied')
  })

  const refused = 'AccessControlListNotSupported'
  it.each<[string, RequestedAcl, unknown, unknown]>([
    ['nothing', none, null, null],
    ['private', canned('private'), null, refused],
    ['bucket-owner-read', canned('bucket-owner-read'), null, refused],
    ['bucket-owner-full-control', canned('bucket-owner-full-control'), null, null],
    ['the same as grants', grants(to(ownerId, 'FULL_CONTROL')), null, null],
    ['the same as a document', document(ownerId, to(ownerId, 'FULL_CONTROL')), null, null],
    ['no grants', document(ownerId), refused, refused],
    ['less for the owner', grants(to(ownerId, 'READ')), refused, refused],
    ['another account', grants(to(bobId, 'FULL_CONTROL')), refused, refused],
    ['the owner and another account', grants(to(ownerId, 'FULL_CONTROL'), to(bobId)), refused, refused],
    ['public-read', canned('public-read'), refused, refused],
    ['an e-mail address', grants(byEmail('bob@b.c')), refused, refused],
  ])('where ACLs are disabled, takes %s from the owner and from others', async (_, wanted, own, others) => {
    const facts = { ownership: 'BucketOwnerEnforced' }
    expect(await stored(wanted, facts)).toBe(own)
    expect(await stored(wanted, facts, bob)).toBe(others)
  })
})

describe('writtenAs()', () => {
  const forOwner = (permission: RequestedGrant['permission']): Acl => [
    to(bobId, 'FULL_CONTROL'),
    to(ownerId, permission),
  ]
  const bobs = '222222222222'
  const alices = '111111111111'

  it.each<[string, string, HeaderAcl, Identity, unknown]>([
    ['BucketOwnerEnforced', 'nothing', none, bob, { owner: alices }],
    ['BucketOwnerEnforced', 'full control for the owner', canned('bucket-owner-full-control'), bob, { owner: alices }],
    ['BucketOwnerEnforced', 'nothing, from nobody', none, nobody, { owner: alices }],
    ['BucketOwnerPreferred', 'nothing', none, bob, { owner: bobs }],
    ['BucketOwnerPreferred', 'private', canned('private'), bob, { owner: bobs }],
    ['BucketOwnerPreferred', 'full control for the owner', canned('bucket-owner-full-control'), bob, { owner: alices }],
    [
      'BucketOwnerPreferred',
      'the same by grants',
      grants(to(ownerId, 'FULL_CONTROL')),
      bob,
      { owner: bobs, acl: [to(ownerId, 'FULL_CONTROL')] },
    ],
    [
      'BucketOwnerPreferred',
      'full control for the owner, from nobody',
      canned('bucket-owner-full-control'),
      nobody,
      { owner: alices },
    ],
    ['ObjectWriter', 'nothing', none, bob, { owner: bobs }],
    ['ObjectWriter', 'nothing, from nobody', none, nobody, { owner: anonymousCanonicalId }],
    [
      'ObjectWriter',
      'full control for the owner',
      canned('bucket-owner-full-control'),
      bob,
      { owner: bobs, acl: forOwner('FULL_CONTROL') },
    ],
    ['ObjectWriter', 'READ for the owner', canned('bucket-owner-read'), bob, { owner: bobs, acl: forOwner('READ') }],
    ['', 'nothing', none, bob, { owner: bobs }],
    [
      'ObjectWriter',
      'public-read, from nobody',
      canned('public-read'),
      nobody,
      {
        owner: anonymousCanonicalId,
        acl: cannedAcl('public-read', 'object', { owner: anonymousCanonicalId, bucketOwner: ownerId }),
      },
    ],
  ])('%s: %s', async (...row) => {
    const [ownership, , wanted, identity, expected] = row
    expect(await writtenAs(wanted, 'a.jpg', context({ ownership }, identity))).toEqual(expected)
  })

  it("is the bucket owner's own where that account writes", async () => {
    for (const ownership of ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter', '']) {
      expect(await writtenAs(canned('private'), 'a.jpg', context({ ownership }))).toEqual({ owner: alices })
    }
  })
})
