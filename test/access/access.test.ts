// What a request may do, from the stored policies and lists to the verdict; no server, no database.
import { describe, expect, it } from 'vitest'
import { Access, type AccessSources } from '../../src/access/access.ts'
import { accessDenied } from '../../src/access/denial.ts'
import type { RequestFacts } from '../../src/access/request-facts.ts'
import type { Identity } from '../../src/auth/identity.ts'
import type { Acl } from '../../src/iam/acl.ts'
import { bucketArn, objectArn, type Permission } from '../../src/iam/permission.ts'
import { accountPrincipal, type SignedPrincipal } from '../../src/iam/principal.ts'
import type { FactsOutcome } from '../../src/shard/rpc.ts'
import type { Bucket } from '../../src/store/buckets.ts'
import type { StoredPolicies } from '../../src/store/tables/principal-policies.ts'
import { bucketOf } from '../support/operation-call.ts'

const owner = '111122223333'
const ownerCanonicalId = 'c'.repeat(64)
const other = '444455556666'
const otherCanonicalId = 'd'.repeat(64)

function userOf(accountId: string, name = 'alice'): SignedPrincipal {
  return { type: 'User', accountId, arn: `arn:aws:iam::${accountId}:user/${name}`, userId: 'AIDA', username: name }
}

function identityOf(principal: SignedPrincipal): Identity {
  return {
    kind: 'account',
    accountId: principal.accountId,
    canonicalId: principal.accountId === owner ? ownerCanonicalId : otherCanonicalId,
    displayName: 'account',
    accessKeyId: 'AKIA',
    isRoot: false,
    principal,
    session: null,
  }
}

const nobody: Identity = { kind: 'anonymous' }
const ownerRoot = identityOf(accountPrincipal(owner))
const ownerUser = identityOf(userOf(owner))
const otherRoot = identityOf(accountPrincipal(other))
const otherUser = identityOf(userOf(other))

type Statement = Record<string, unknown>

function documentOf(...statements: Statement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

function allow(action: string, resource = '*', more: Statement = {}): Statement {
  return { Effect: 'Allow', Action: action, Resource: resource, ...more }
}

interface World {
  identity: Identity
  bucket?: Partial<Bucket>
  /** Identity policies of who asks; null: the user is gone. */
  policies?: Statement[] | null
  facts?: FactsOutcome
  query?: Record<string, string>
}

const read: Permission = { action: 's3:GetObject', resource: objectArn('bucket', 'k') }
const list: Permission = { action: 's3:ListBucket', resource: bucketArn('bucket') }
const write: Permission = { action: 's3:PutObject', resource: objectArn('bucket', 'k') }

function accessOf({ identity, policies = [], facts, query = {} }: World) {
  const asked: { key: string; versionId: string | null }[] = []
  const request: RequestFacts = {
    identity,
    signature: null,
    headers: new Headers(),
    query: { get: (name) => query[name] ?? null },
    isSecure: false,
    tlsVersion: () => null,
    clientIp: () => '203.0.113.7',
    region: 'us-east-1',
    now: Date.UTC(2026, 0, 1),
  }
  const stored: StoredPolicies | null =
    policies === null
      ? null
      : {
          identity:
            policies.length === 0 ? [] : [{ name: 'inline policy p of user alice', document: documentOf(...policies) }],
          boundary: null,
          serviceControl: null,
          tags: {},
        }
  const sources: AccessSources = {
    policies: () => Promise.resolve(stored),
    objectFacts(_, object) {
      asked.push(object)
      return facts === undefined ? Promise.reject(new Error('Nothing of an object matters')) : Promise.resolve(facts)
    },
    owner: (accountId) => Promise.resolve({ canonicalId: accountId === owner ? ownerCanonicalId : otherCanonicalId }),
  }
  return { access: new Access(request, sources), asked }
}

async function verdictOf(world: World, permission: Permission = read): Promise<string> {
  const verdict = await accessOf(world).access.decide(bucketOf(world.bucket), [permission])
  if (verdict.allowed) return `allowed by ${verdict.matched?.kind ?? 'ownership'}`
  return verdict.denial === 'explicit' ? `denied by ${verdict.matched?.kind}` : `no ${verdict.missing}`
}

function objectOf(account: string, acl: Acl | null = null, tags: Record<string, string> = {}): FactsOutcome {
  return { outcome: 'found', owner: account, acl, tags, versionId: 'null', seq: 7 }
}

const everybodyReads: Acl = [{ grantee: { group: 'AllUsers' }, permission: 'READ' }]
const policyFor = (principal: unknown, action = 's3:GetObject', more: Statement = {}): Partial<Bucket> => ({
  configs: { policy: documentOf({ ...allow(action, 'arn:aws:s3:::bucket/*', more), Principal: principal }) },
})
const blocked = (name: string) =>
  JSON.stringify({
    BlockPublicAcls: false,
    IgnorePublicAcls: false,
    BlockPublicPolicy: false,
    RestrictPublicBuckets: false,
    [name]: true,
  })
const lists = { ownership: 'ObjectWriter' }

describe('Access.decide()', () => {
  const rows: [title: string, world: World, permission: Permission, expected: string][] = [
    ['the account in its own bucket', { identity: ownerRoot }, read, 'allowed by ownership'],
    ['a user without a policy', { identity: ownerUser }, read, 'no identity'],
    ['a user with one', { identity: ownerUser, policies: [allow('s3:GetObject')] }, read, 'allowed by identity'],
    ['a user of another action', { identity: ownerUser, policies: [allow('s3:PutObject')] }, read, 'no identity'],
    ['a user who is gone', { identity: ownerUser, policies: null }, read, 'no identity'],
    ['another account', { identity: otherRoot }, read, 'no resource'],
    ['another account that allows itself', { identity: otherUser, policies: [allow('s3:*')] }, read, 'no resource'],
    ['nobody', { identity: nobody }, read, 'no resource'],
    // Bucket policies.
    ['nobody, for everybody', { identity: nobody, bucket: policyFor('*') }, read, 'allowed by resource'],
    ['nobody, for another action', { identity: nobody, bucket: policyFor('*') }, write, 'no resource'],
    [
      'another account, by the policy',
      { identity: otherRoot, bucket: policyFor({ AWS: other }) },
      read,
      'allowed by resource',
    ],
    ['its user, by the policy alone', { identity: otherUser, bucket: policyFor({ AWS: other }) }, read, 'no identity'],
    [
      'its user, by both',
      { identity: otherUser, bucket: policyFor({ AWS: other }), policies: [allow('s3:GetObject')] },
      read,
      'allowed by resource',
    ],
    [
      'a user whom the policy names',
      { identity: ownerUser, bucket: policyFor({ AWS: `arn:aws:iam::${owner}:user/alice` }) },
      read,
      'allowed by resource',
    ],
    [
      'the account itself, denied by its policy',
      { identity: ownerRoot, bucket: policyFor('*', 's3:GetObject', { Effect: 'Deny' }) },
      read,
      'denied by resource',
    ],
    [
      'the account itself, which is never locked out',
      {
        identity: ownerRoot,
        bucket: {
          configs: {
            policy: documentOf({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::bucket' }),
          },
        },
      },
      { action: 's3:PutBucketPolicy', resource: bucketArn('bucket') },
      'allowed by ownership',
    ],
    [
      'a condition on where the request comes from',
      {
        identity: nobody,
        bucket: policyFor('*', 's3:GetObject', { Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } }),
      },
      read,
      'allowed by resource',
    ],
    // Block Public Access.
    [
      'nobody, where public policies count for the account alone',
      { identity: nobody, bucket: { ...policyFor('*'), accountPublicAccessBlock: blocked('RestrictPublicBuckets') } },
      read,
      'no resource',
    ],
    [
      'a user of the account all the same',
      {
        identity: ownerUser,
        bucket: { configs: { ...policyFor('*').configs, publicAccessBlock: blocked('RestrictPublicBuckets') } },
      },
      read,
      'allowed by resource',
    ],
    [
      'another account that the policy names, where it is not public',
      {
        identity: otherRoot,
        bucket: { ...policyFor({ AWS: other }), accountPublicAccessBlock: blocked('RestrictPublicBuckets') },
      },
      read,
      'allowed by resource',
    ],
    // Lists.
    [
      'nobody, by the list',
      { identity: nobody, bucket: lists, facts: objectOf(owner, everybodyReads) },
      read,
      'allowed by acl',
    ],
    ['nobody, by the list, where lists are off', { identity: nobody }, read, 'no resource'],
    [
      'nobody, where public grants do not count',
      {
        identity: nobody,
        bucket: { ...lists, accountPublicAccessBlock: blocked('IgnorePublicAcls') },
        facts: objectOf(owner, everybodyReads),
      },
      read,
      'no resource',
    ],
    [
      'nobody listing, by the list of the bucket',
      { identity: nobody, bucket: { ...lists, configs: { acl: JSON.stringify(everybodyReads) } } },
      list,
      'allowed by acl',
    ],
    [
      "the bucket's account, of another's object",
      { identity: ownerRoot, bucket: lists, facts: objectOf(other) },
      read,
      'no resource',
    ],
    [
      "the bucket's policy, which allows nothing on another's object",
      { identity: nobody, bucket: { ...lists, ...policyFor('*') }, facts: objectOf(other) },
      read,
      'no resource',
    ],
    [
      "the bucket's policy, which may deny it",
      {
        identity: otherRoot,
        bucket: { ...lists, ...policyFor('*', 's3:GetObject', { Effect: 'Deny' }) },
        facts: objectOf(other),
      },
      read,
      'denied by resource',
    ],
    [
      "the writer, of its object in another's bucket",
      { identity: otherRoot, bucket: lists, facts: objectOf(other) },
      read,
      'allowed by ownership',
    ],
    [
      'who may not list, of an object that is not there',
      { identity: nobody, bucket: lists, facts: { outcome: 'missing' } },
      read,
      'no resource',
    ],
    [
      'who may list, of an object that is not there',
      {
        identity: nobody,
        bucket: { ...lists, configs: { acl: JSON.stringify(everybodyReads) } },
        facts: { outcome: 'missing' },
      },
      read,
      'allowed by ownership',
    ],
    // Tags of the object.
    [
      'a tag that fits',
      {
        identity: ownerUser,
        policies: [
          allow('s3:GetObject', '*', { Condition: { StringEquals: { 's3:ExistingObjectTag/class': 'open' } } }),
        ],
        facts: objectOf(owner, null, { class: 'open' }),
      },
      read,
      'allowed by identity',
    ],
    [
      'a tag that does not',
      {
        identity: ownerUser,
        policies: [
          allow('s3:GetObject', '*', { Condition: { StringEquals: { 's3:ExistingObjectTag/class': 'open' } } }),
        ],
        facts: objectOf(owner, null, { class: 'secret' }),
      },
      read,
      'no identity',
    ],
    // The object that a request makes belongs to who makes it.
    [
      "the list of one's own new object",
      { identity: otherRoot, bucket: lists },
      { ...write, action: 's3:PutObjectAcl', ofNewObject: true },
      'allowed by ownership',
    ],
    [
      'the same where the bucket owns it',
      { identity: otherRoot },
      { ...write, action: 's3:PutObjectAcl', ofNewObject: true },
      'no resource',
    ],
  ]
  it.each(rows)('%s', async (_title, world, permission, expected) => {
    expect(await verdictOf(world, permission)).toBe(expected)
  })

  it('looks at the version that is asked for, and remembers which it was', async () => {
    const { access, asked } = accessOf({
      identity: nobody,
      facts: objectOf(owner, everybodyReads),
      query: { versionId: 'v1' },
    })
    await access.decide(bucketOf(lists), [{ ...read, action: 's3:GetObjectVersion' }])
    expect(asked).toEqual([{ key: 'k', versionId: 'v1' }])
    expect(access.pinned).toBe(7)
  })

  it('looks at the version that the operation names before that of the query', async () => {
    const { access, asked } = accessOf({ identity: nobody, facts: objectOf(owner), query: { versionId: 'v1' } })
    const permission = { ...read, action: 's3:GetObjectVersion', conditions: { 's3:versionid': ['v2'] } }
    await access.decide(bucketOf(lists), [permission])
    expect(asked).toEqual([{ key: 'k', versionId: 'v2' }])
  })

  it('stops at the first permission that is missing', async () => {
    const { access } = accessOf({ identity: ownerUser, policies: [allow('s3:PutObject')] })
    const verdict = await access.decide(bucketOf(), [write, read, list])
    expect(verdict).toMatchObject({ allowed: false, permission: read })
  })
})

describe('accessDenied()', () => {
  async function messageOf(world: World): Promise<string> {
    const verdict = await accessOf(world).access.decide(bucketOf(world.bucket), [read])
    if (verdict.allowed) throw new Error('It is allowed')
    return accessDenied(verdict).message
  }

  it('tells a user of the account what is missing', async () => {
    expect(await messageOf({ identity: ownerUser })).toBe(
      `User: arn:aws:iam::${owner}:user/alice is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::bucket/k" because no identity-based policy allows the s3:GetObject action`,
    )
  })

  it('tells it which kind of policy denies', async () => {
    const bucket = policyFor('*', 's3:GetObject', { Effect: 'Deny' })
    expect(await messageOf({ identity: ownerUser, bucket })).toMatch(
      / with an explicit deny in a resource-based policy$/,
    )
  })

  it.each([otherRoot, nobody])('tells nobody else', async (identity) => {
    expect(await messageOf({ identity })).toBe('Access Denied')
  })
})
