// Who can reach what, against the decisions themselves: whatever one request of many may do is told, and what is called
// certain every request may do.
import { expect, it } from 'vitest'
import { Access, type AccessSources } from '../../src/access/access.ts'
import { reachActions, type ReachKind } from '../../src/explain/reach.ts'
import { compilePolicy } from '../../src/iam/compile.ts'
import { bucketArn, objectArn } from '../../src/iam/permission.ts'
import {
  documentOf,
  identityOf,
  nobody,
  objectOf,
  other,
  otherCanonicalId,
  otherRoot,
  otherUser,
  owner,
  ownerCanonicalId,
  ownerRoot,
  ownerUser,
  userOf,
  type Statement,
} from '../support/access-world.ts'
import { randomFrom } from '../support/random.ts'
import { bucketName, ownBucket, reached, storedOf } from './reach-world.ts'
import type { RequestFacts } from '../../src/access/request-facts.ts'
import type { Identity } from '../../src/auth/identity.ts'
import type { Bucket } from '../../src/store/buckets.ts'
import type { StoredPolicies } from '../../src/store/tables/principal-policies.ts'

const all = objectArn(bucketName, '*')

const random = randomFrom(20261125)
const oneOf = <T>(values: readonly T[]): T => {
  const value = values[random(values.length)]
  if (value === undefined) throw new Error('Nothing to choose from')
  return value
}

const resources = [
  '*',
  all,
  bucketArn(bucketName),
  objectArn(bucketName, 'a/*'),
  objectArn(bucketName, 'a/?/k'),
  `${objectArn(bucketName, 'a/')}\${aws:username}/*`,
  'arn:aws:s3:::buck*',
  objectArn(bucketName, '*k'),
]
const conditions = [
  { Bool: { 'aws:SecureTransport': 'true' } },
  { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
  { StringLike: { 's3:prefix': 'a/*' } },
  { StringEqualsIfExists: { 'aws:username': 'alice' } },
]
const actions = [
  's3:*',
  's3:Get*',
  's3:GetObject',
  's3:PutObject',
  's3:*Object',
  's3:List*',
  's3:DeleteObject*',
  's3:PutBucketPolicy',
]
const principals = [
  '*',
  { AWS: other },
  { AWS: `arn:aws:iam::${owner}:user/alice` },
  { AWS: `arn:aws:iam::${other}:user/alice` },
  { AWS: owner },
]

function randomStatement(withPrincipal: boolean): Statement {
  const isDeny = random(4) === 0
  // A bucket's policy is about the bucket.
  const resource = withPrincipal ? oneOf(resources.slice(1, 6)) : oneOf(resources)
  return {
    Effect: isDeny ? 'Deny' : 'Allow',
    [random(8) === 0 ? 'NotAction' : 'Action']: oneOf(actions),
    [random(8) === 0 && !withPrincipal ? 'NotResource' : 'Resource']: resource,
    ...(withPrincipal ? { [isDeny && random(3) === 0 ? 'NotPrincipal' : 'Principal']: oneOf(principals) } : {}),
    ...(random(5) < 2 ? { Condition: oneOf(conditions) } : {}),
  }
}

/** One that S3 would take. */
function bucketStatement(): Statement {
  for (;;) {
    const statement = randomStatement(true)
    if (compilePolicy(documentOf(statement), 'resource').outcome === 'compiled') return statement
  }
}

const some = (make: () => Statement, most: number) => Array.from({ length: random(most + 1) }, make)
const lists = [{ group: 'AllUsers' }, { group: 'AuthenticatedUsers' }, { canonicalId: otherCanonicalId }]

function randomBucket(): Bucket {
  const policy = some(bucketStatement, 3)
  if (random(3) > 0) return ownBucket(policy)
  const acl = JSON.stringify([
    { grantee: oneOf(lists), permission: oneOf(['READ', 'WRITE', 'READ_ACP', 'WRITE_ACP', 'FULL_CONTROL']) },
  ])
  return ownBucket(policy, { ownership: 'ObjectWriter', configs: { acl } })
}

/** A request by somebody with any circumstances, as the pipeline decides it. */
async function isAllowed(
  bucket: Bucket,
  identity: Identity,
  { stored, action, key }: { stored: StoredPolicies; action: string; key: string | null },
): Promise<boolean> {
  const prefix = oneOf(['a/b', 'x', null])
  const isSecure = random(2) === 0
  const address = oneOf(['203.0.113.7', '198.51.100.1'])
  const request: RequestFacts = {
    identity,
    signature: null,
    headers: new Headers(),
    query: { get: (asked) => (asked === 'prefix' ? prefix : null) },
    isSecure,
    tlsVersion: () => null,
    clientIp: () => address,
    region: 'us-east-1',
    now: 0,
  }
  const isOwnObject = action.startsWith('s3:Delete') && identity.kind === 'account' && random(2) === 0
  const sources: AccessSources = {
    policies: () => Promise.resolve(stored),
    initiator: () => Promise.resolve(null),
    objectFacts: () => Promise.resolve(objectOf(isOwnObject ? identity.accountId : owner)),
    owner: (accountId) => Promise.resolve({ canonicalId: accountId === owner ? ownerCanonicalId : otherCanonicalId }),
  }
  const resource = key === null ? bucketArn(bucketName) : objectArn(bucketName, key)
  return (await new Access(request, sources).decide(bucket, [{ action, resource }])).allowed
}

const bob = identityOf(userOf(owner, 'bob'))

it('never says less than a request may do, nor calls certain what one may not', async () => {
  const kinds = Object.entries(reachActions) as [ReachKind, (typeof reachActions)[ReachKind]][]
  const seen = { allowed: 0, certain: 0, none: 0 }
  for (let world = 0; world < 250; world++) {
    const bucket = randomBucket()
    const identity = oneOf([nobody, ownerRoot, ownerUser, ownerUser, otherRoot, otherUser, bob])
    // An account itself has no policies.
    const isUser = identity.kind === 'account' && identity.principal.type === 'User'
    const own = isUser ? some(() => randomStatement(false), 3) : []
    const stored = storedOf(own, isUser && random(4) === 0 ? [randomStatement(false), randomStatement(false)] : null)
    const prefix = oneOf(['', 'a/', 'a/alice/', 'x'])
    const access = await reached(bucket, identity, { stored, prefix })
    for (const [kind, asked] of kinds) {
      for (const { action, level } of asked) {
        const reach = access[kind]
        const told = reach?.actions.includes(action) === true
        // The access of a kind is that of its best action.
        const isCertain = told && reach?.actions.length === 1 && reach.access === 'always'
        for (let attempt = 0; attempt < 6; attempt++) {
          const key = level === 'bucket' ? null : `${prefix}${oneOf(['k', 'a/k', 'alice/k', 'b', 'b/k'])}`
          const allowed = await isAllowed(bucket, identity, { stored, action, key })
          const about = JSON.stringify({ bucket: bucket.configs, own: stored, identity, prefix, action, key })
          if (allowed) expect(told, `Not told: ${about}`).toBe(true)
          if (isCertain) expect(allowed, `Not certain: ${about}`).toBe(true)
          seen[allowed ? 'allowed' : told ? 'certain' : 'none'] += 1
        }
      }
    }
  }
  // The worlds are of every kind.
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(300)
})
