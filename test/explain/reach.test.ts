// Who can reach what, case by case. reach-property.test.ts holds it against the decisions themselves.
import { describe, expect, it } from 'vitest'
import { reachOfNamed } from '../../src/explain/named-principals.ts'
import { reachOfAll, reachOfPrincipals } from '../../src/explain/reach-page.ts'
import { objectArn } from '../../src/iam/permission.ts'
import {
  allow,
  nobody,
  other,
  otherCanonicalId,
  otherRoot,
  otherUser,
  owner,
  ownerCanonicalId,
  ownerRoot,
  ownerUser,
  type Statement,
} from '../support/access-world.ts'
import { bucketName, ownBucket, reached, storedOf } from './reach-world.ts'
import type { AccessSources } from '../../src/access/access.ts'
import type { Identity } from '../../src/auth/identity.ts'
import type { Reached } from '../../src/explain/reach.ts'
import type { ListedPrincipal } from '../../src/store/tables/principals.ts'

const all = objectArn(bucketName, '*')

/** `read always, list conditional`. */
const summary = (access: Reached) =>
  Object.entries(access)
    .map(([kind, reach]) => `${kind} ${reach.access}`)
    .join(', ')

describe('ReachOfBucket', () => {
  const conditional = { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }

  it.each<[string, Statement[], Statement[], Identity, string, string]>([
    ['nobody, without a policy', [], [], nobody, '', ''],
    ['the owner', [], [], ownerRoot, '', 'read always, list always, write always, delete always, administer always'],
    ['a user without a policy', [], [], ownerUser, '', ''],
    ['a user who may read', [], [allow('s3:GetObject', all)], ownerUser, '', 'read always'],
    ['a condition', [], [allow('s3:GetObject', all, conditional)], ownerUser, '', 'read conditional'],
    ['a part of it', [], [allow('s3:GetObject', objectArn(bucketName, 'a/*'))], ownerUser, '', 'read conditional'],
    ['below the part', [], [allow('s3:GetObject', objectArn(bucketName, 'a/*'))], ownerUser, 'a/b/', 'read always'],
    ['above the part', [], [allow('s3:GetObject', objectArn(bucketName, 'a/*'))], ownerUser, 'a', 'read conditional'],
    ['beside the part', [], [allow('s3:GetObject', objectArn(bucketName, 'a/*'))], ownerUser, 'b/', ''],
    [
      'a variable that is known',
      [],
      [allow('s3:GetObject', `${objectArn(bucketName, '')}\${aws:username}/*`)],
      ownerUser,
      'alice/',
      'read always',
    ],
    [
      'a variable that is not',
      [],
      [allow('s3:GetObject', `${objectArn(bucketName, '')}\${aws:userid}/*`)],
      ownerUser,
      'alice/',
      'read conditional',
    ],
    ['an unconditional deny', [], [allow('s3:*', '*'), { ...allow('s3:*', '*'), Effect: 'Deny' }], ownerUser, '', ''],
    [
      'a deny of a part',
      [],
      [allow('s3:GetObject', all), { ...allow('s3:*', objectArn(bucketName, 'x/*')), Effect: 'Deny' }],
      ownerUser,
      '',
      'read conditional',
    ],
    [
      'a deny beside',
      [],
      [allow('s3:GetObject', all), { ...allow('s3:*', objectArn(bucketName, 'x/*')), Effect: 'Deny' }],
      ownerUser,
      'y/',
      'read always',
    ],
    [
      'a deny under a condition',
      [],
      [allow('s3:GetObject', all), { ...allow('s3:*', '*', conditional), Effect: 'Deny' }],
      ownerUser,
      '',
      'read conditional',
    ],
    [
      'a bucket that lets in everybody',
      [{ ...allow('s3:GetObject', all), Principal: '*' }],
      [],
      nobody,
      '',
      'read always',
    ],
    [
      'another account, named',
      [{ ...allow('s3:GetObject', all), Principal: { AWS: other } }],
      [],
      otherRoot,
      '',
      'read always',
    ],
    [
      'its user without a policy',
      [{ ...allow('s3:GetObject', all), Principal: { AWS: other } }],
      [],
      otherUser,
      '',
      '',
    ],
    [
      'its user with one',
      [{ ...allow('s3:GetObject', all), Principal: { AWS: other } }],
      [allow('s3:*', '*')],
      otherUser,
      '',
      'read always',
    ],
    ['its user with a policy, unnamed', [], [allow('s3:*', '*')], otherUser, '', ''],
    [
      'NotResource',
      [],
      [{ Effect: 'Allow', Action: 's3:GetObject', NotResource: objectArn(bucketName, 'x/*') }],
      ownerUser,
      'y/',
      'read always',
    ],
    [
      'NotResource, all of it',
      [],
      [{ Effect: 'Allow', Action: 's3:GetObject', NotResource: objectArn(bucketName, 'x/*') }],
      ownerUser,
      'x/y/',
      '',
    ],
  ])('%s', async (_, ...[policy, own, identity, prefix, expected]) => {
    expect(summary(await reached(ownBucket(policy), identity, { stored: storedOf(own), prefix }))).toBe(expected)
  })

  it('is bounded by a boundary', async () => {
    const stored = storedOf([allow('s3:*', '*')], [allow('s3:Get*', '*', conditional)])
    const access = await reached(ownBucket([]), ownerUser, { stored })
    expect(summary(access)).toBe('read conditional')
    expect(access.read?.through).toMatchObject([
      { kind: 'identity', policy: 'own' },
      { kind: 'boundary', conditions: [{ operator: 'Bool', key: 'aws:securetransport', values: ['true'] }] },
    ])
  })

  it('counts the list of the bucket where lists are in use', async () => {
    const acl = JSON.stringify([
      { grantee: { group: 'AllUsers' }, permission: 'READ' },
      { grantee: { canonicalId: otherCanonicalId }, permission: 'WRITE' },
    ])
    const open = ownBucket([], { ownership: 'ObjectWriter', configs: { acl } })
    expect(summary(await reached(open, nobody))).toBe('list always')
    expect(summary(await reached(open, otherRoot))).toBe('list always, write always, delete conditional')
    const closed = ownBucket([], { ownership: 'BucketOwnerEnforced', configs: { acl } })
    expect(summary(await reached(closed, nobody))).toBe('')
    const block = JSON.stringify({
      BlockPublicAcls: false,
      IgnorePublicAcls: true,
      BlockPublicPolicy: false,
      RestrictPublicBuckets: false,
    })
    expect(
      summary(
        await reached(ownBucket([], { ownership: 'ObjectWriter', configs: { acl, publicAccessBlock: block } }), nobody),
      ),
    ).toBe('')
  })
})

const listed = (accountId: string, kind: ListedPrincipal['kind'], entity = 'alice'): ListedPrincipal => ({
  accountId,
  canonicalId: accountId === owner ? ownerCanonicalId : otherCanonicalId,
  kind,
  entityId: kind === 'account' ? '' : 'AIDA',
  name: kind === 'account' ? '' : entity,
  arn: kind === 'account' ? `arn:aws:iam::${accountId}:root` : `arn:aws:iam::${accountId}:${kind}/${entity}`,
})

describe('reachOfPrincipals()', () => {
  it('loads no policies of another account that the bucket does not let in', async () => {
    const loads: string[] = []
    const sources = {
      policies: (principal: { arn: string }) => {
        loads.push(principal.arn)
        return Promise.resolve(storedOf([allow('s3:*', '*')]))
      },
    } as unknown as AccessSources
    const bucket = ownBucket([
      { ...allow('s3:GetObject', all), Principal: { AWS: `arn:aws:iam::${other}:user/alice` } },
    ])
    const principals = [
      listed(owner, 'role'),
      listed(other, 'user'),
      listed(other, 'user', 'bob'),
      listed(other, 'role'),
    ]
    const found = await reachOfPrincipals({ bucket, prefix: '' }, principals, sources)
    expect(found.map(({ type, arn }) => `${type} ${arn}`)).toEqual([
      `Role arn:aws:iam::${owner}:role/alice`,
      `User arn:aws:iam::${other}:user/alice`,
    ])
    expect(loads).toHaveLength(2)
  })
})

const grant = (principal: unknown, action = 's3:GetObject') => ({ ...allow(action, all), Principal: principal })

describe('reachOfNamed() and reachOfAll()', () => {
  it('tell what a bucket gives to whom it names, and to whoever comes', () => {
    const session = `arn:aws:sts::${other}:assumed-role/r/s`
    const bucket = ownBucket([
      grant({ AWS: [other, `arn:aws:iam::${owner}:root`, `arn:aws:iam::${owner}:user/bob`, session] }),
      grant({ Service: 'logging.s3.amazonaws.com' }, 's3:PutObject'),
      grant({ CanonicalUser: otherCanonicalId }, 's3:DeleteObject'),
      { ...grant({ AWS: `arn:aws:iam::${other}:user/denied` }), Effect: 'Deny' },
    ])
    const { named, leftOut } = reachOfNamed(bucket, '')
    expect(leftOut).toBe(0)
    expect(named.map(({ value, access }) => `${value}: ${summary(access)}`)).toEqual([
      `${other}: read always`,
      `arn:aws:iam::${owner}:user/bob: read always`,
      `${session}: read always`,
      'logging.s3.amazonaws.com: write always',
      `${otherCanonicalId}: delete always`,
    ])
    // What is assumed of their own policies is nothing to tell.
    expect(named[0]?.access.read?.through).toMatchObject([{ kind: 'resource', index: 0 }])
    expect(reachOfAll(bucket, '')).toEqual([])
    expect(reachOfAll(ownBucket([grant('*')]), '').map(({ type }) => type)).toEqual(['Everyone', 'AnyAccount'])
  })
})
