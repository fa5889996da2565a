// What an explanation says: what does not fit, and what would have to change.
import { describe, expect, it } from 'vitest'
import { explainAccess, type AccessReport, type Supposed } from '../../src/explain/explain-access.ts'
import { explainedStatementsMax } from '../../src/limits.ts'
import {
  allow,
  blocked,
  documentOf,
  lists,
  nobody,
  objectOf,
  other,
  otherUser,
  owner,
  ownerRoot,
  ownerUser,
  policyFor,
  read,
  type Statement,
} from '../support/access-world.ts'
import { bucketOf } from '../support/operation-call.ts'
import type { Identity } from '../../src/auth/identity.ts'
import type { FactsOutcome } from '../../src/shard/rpc.ts'
import type { Bucket } from '../../src/store/buckets.ts'

const named = (name: string, statements: Statement[]) => ({ name, document: documentOf(...statements) })

const supposed: Supposed = {
  identity: ownerUser,
  action: read.action,
  resource: read.resource,
  bucket: bucketOf(),
  versionId: null,
  conditions: {},
  sourceIp: null,
  isSecure: true,
  region: 'us-east-1',
  now: 0,
}

interface Case {
  identity?: Identity
  policies?: Statement[]
  boundary?: Statement[]
  serviceControl?: Statement[]
  bucket?: Partial<Bucket>
  facts?: FactsOutcome
  asked?: Partial<Supposed>
}

function explained({
  identity = ownerUser,
  policies = [],
  boundary,
  serviceControl,
  bucket,
  facts,
  asked,
}: Case): Promise<AccessReport> {
  const stored = {
    identity: policies.length === 0 ? [] : [named('own', policies)],
    boundary: boundary === undefined ? null : named('bound', boundary),
    serviceControl: serviceControl === undefined ? null : [named('scp', serviceControl)],
    tags: {},
  }
  return explainAccess(
    { ...supposed, identity, bucket: bucketOf(bucket), ...asked },
    {
      policies: () => Promise.resolve(stored),
      initiator: () => Promise.resolve(null),
      objectFacts: () => Promise.resolve(facts ?? { outcome: 'missing' }),
      owner: () => Promise.resolve(null),
    },
  )
}

const kinds = ({ toAllow }: AccessReport) => toAllow?.add.map(({ kind }) => kind)

const deny = (action = 's3:*', more: Statement = {}): Statement => ({
  ...allow(action, '*', more),
  Effect: 'Deny',
  Sid: 'No',
})

describe('explainAccess(): what does not fit', () => {
  it.each<[string, Statement, object]>([
    ['Action', allow('s3:PutObject'), { element: 'Action', wanted: ['s3:PutObject'], found: ['s3:GetObject'] }],
    [
      'NotAction',
      { Effect: 'Allow', NotAction: 's3:Get*', Resource: '*' },
      { element: 'NotAction', wanted: ['s3:Get*'], found: ['s3:GetObject'] },
    ],
    [
      'Resource',
      allow('s3:GetObject', 'arn:aws:s3:::bucket/x'),
      { element: 'Resource', wanted: ['arn:aws:s3:::bucket/x'], found: [read.resource] },
    ],
    [
      'NotResource',
      { Effect: 'Allow', Action: '*', NotResource: ['arn:aws:s3:::bucket/*'] },
      { element: 'NotResource', wanted: ['arn:aws:s3:::bucket/*'], found: [read.resource] },
    ],
    [
      'a condition',
      allow('*', '*', { Condition: { StringEquals: { 'aws:PrincipalTag/team': ['a', 'b'] } } }),
      { element: 'Condition', operator: 'StringEquals', key: 'aws:principaltag/team', wanted: ['a', 'b'], found: null },
    ],
    [
      'a condition that another value fails',
      allow('*', '*', { Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      { element: 'Condition', operator: 'Bool', key: 'aws:securetransport', wanted: ['false'], found: ['true'] },
    ],
  ])('%s', async (_, statement, misfit) => {
    const { considered, matched } = await explained({ policies: [statement] })
    expect(matched).toEqual([])
    expect(considered).toMatchObject([{ kind: 'identity', policy: 'own', index: 0, statement, misfit }])
  })

  it('the principal of a bucket policy', async () => {
    const { considered } = await explained({ bucket: policyFor({ AWS: other }) })
    expect(considered).toMatchObject([
      {
        kind: 'resource',
        misfit: { element: 'Principal', wanted: [{ AWS: other }], found: ['arn:aws:iam::111122223333:user/alice'] },
      },
    ])
    const negated = { ...deny(), Resource: 'arn:aws:s3:::bucket/*' }
    const root = await explained({
      identity: ownerRoot,
      bucket: { configs: { policy: documentOf({ ...negated, NotPrincipal: { AWS: owner } }) } },
    })
    expect(root.considered).toMatchObject([{ misfit: { element: 'NotPrincipal', wanted: [{ AWS: owner }] } }])
  })

  it('is bounded, with what is left out counted', async () => {
    const statements = Array.from({ length: 70 }, () => allow('s3:PutObject'))
    const stored = Array.from({ length: 10 }, (_, index) => ({
      name: `p${index}`,
      document: documentOf(...statements),
    }))
    const report = await explainAccess(supposed, {
      policies: () => Promise.resolve({ identity: stored, boundary: null, serviceControl: null, tags: {} }),
      initiator: () => Promise.resolve(null),
      objectFacts: () => Promise.reject(new Error('Nothing of an object matters')),
      owner: () => Promise.resolve(null),
    })
    expect([report.considered.length, report.leftOut]).toEqual([explainedStatementsMax, 700 - explainedStatementsMax])
  })
})

describe('explainAccess(): what would have to change', () => {
  it.each<[string, Case, string[] | undefined]>([
    ['nothing', { policies: [allow('*')] }, undefined],
    ['a policy', {}, ['identity']],
    ['a policy and a boundary', { boundary: [allow('s3:List*')] }, ['identity', 'boundary']],
    ['a boundary alone', { policies: [allow('*')], boundary: [allow('s3:List*')] }, ['boundary']],
    [
      'all that bounds it',
      { boundary: [allow('s3:List*')], serviceControl: [allow('s3:List*')] },
      ['service-control', 'identity', 'boundary'],
    ],
    ['the bucket, for nobody', { identity: nobody }, ['resource']],
    ['the bucket and a policy, from another account', { identity: otherUser }, ['resource', 'identity']],
    [
      'a policy, from an account that the bucket names',
      { identity: otherUser, bucket: policyFor({ AWS: other }) },
      ['identity'],
    ],
    ['nothing more than a deny that goes', { policies: [allow('*'), deny()] }, []],
    ['a deny that goes, and a policy', { policies: [deny()] }, ['identity']],
  ])('%s', async (_, given, expected) => {
    expect(kinds(await explained(given))).toEqual(expected)
  })

  it('names every deny in the way', async () => {
    const { toAllow, decidedBy } = await explained({
      policies: [allow('*'), deny('s3:Get*')],
      boundary: [allow('*'), deny('s3:GetObject')],
    })
    expect(decidedBy).toMatchObject({ kind: 'identity', sid: 'No', index: 1 })
    expect(toAllow?.remove).toMatchObject([
      { kind: 'identity', policy: 'own', index: 1 },
      { kind: 'boundary', policy: 'bound', index: 1 },
    ])
  })

  it('is of no use where the policy of the bucket may only deny', async () => {
    const restricted = { configs: { ...policyFor('*').configs, publicAccessBlock: blocked('RestrictPublicBuckets') } }
    const report = await explained({ identity: nobody, bucket: restricted })
    expect(report).toMatchObject({ decision: 'denied', missing: 'resource' })
    expect(report.notes).toHaveLength(1)
  })
})

async function decisionOf(statement: Statement, asked: Partial<Supposed>): Promise<string> {
  return (await explained({ policies: [statement], asked })).decision
}

describe('explainAccess(): what decides', () => {
  it('needs no statement for an account in its own bucket', async () => {
    const report = await explained({ identity: ownerRoot })
    expect(report).toMatchObject({ decision: 'allowed', decidedBy: null, matched: [], considered: [], toAllow: null })
  })

  it('may be a grant of a list', async () => {
    const facts = objectOf(owner, [{ grantee: { group: 'AllUsers' }, permission: 'READ' }])
    const report = await explained({ identity: nobody, bucket: lists, facts })
    expect(report).toMatchObject({
      decision: 'allowed',
      decidedBy: { kind: 'acl', policy: 'READ to AllUsers' },
      matched: [{ kind: 'acl', effect: 'Allow', statement: null }],
    })
  })

  it('is asked with what is supposed of the request, an empty list taking a key out', async () => {
    const onlyTls = allow('*', '*', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } })
    const version = allow('*', '*', { Condition: { StringEquals: { 's3:VersionId': 'v1' } } })
    expect(await decisionOf(onlyTls, {})).toBe('allowed')
    expect(await decisionOf(onlyTls, { conditions: { 'aws:securetransport': [] } })).toBe('denied')
    expect(await decisionOf(version, { versionId: 'v1' })).toBe('allowed')
    expect(await decisionOf(version, { versionId: 'v2' })).toBe('denied')
  })

  it('shows what the policies ask for, and what there is', async () => {
    const asks = allow('*', '*', {
      Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' }, Null: { 'aws:PrincipalTag/x': 'true' } },
    })
    const { context } = await explained({ policies: [asks], asked: { sourceIp: '10.1.2.3' } })
    expect(context).toEqual({ 'aws:principaltag/x': null, 'aws:sourceip': ['10.1.2.3'] })
  })
})
