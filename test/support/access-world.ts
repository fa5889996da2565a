// A request, policies and an object for tests of decisions; no server, no database.
import { Access, type AccessSources } from '../../src/access/access.ts'
import type { RequestFacts } from '../../src/access/request-facts.ts'
import type { Identity } from '../../src/auth/identity.ts'
import type { Acl } from '../../src/iam/acl.ts'
import { bucketArn, objectArn, type Permission } from '../../src/iam/permission.ts'
import { accountPrincipal, type SignedPrincipal } from '../../src/iam/principal.ts'
import type { FactsOutcome } from '../../src/shard/rpc.ts'
import type { Bucket } from '../../src/store/buckets.ts'
import type { StoredPolicies } from '../../src/store/tables/principal-policies.ts'
import { bucketOf } from './operation-call.ts'

export const owner = '111122223333'
export const ownerCanonicalId = 'c'.repeat(64)
export const other = '444455556666'
export const otherCanonicalId = 'd'.repeat(64)

export function userOf(accountId: string, name = 'alice'): SignedPrincipal {
  return { type: 'User', accountId, arn: `arn:aws:iam::${accountId}:user/${name}`, userId: 'AIDA', username: name }
}

export function identityOf(principal: SignedPrincipal): Identity {
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

export const nobody: Identity = { kind: 'anonymous' }
export const ownerRoot = identityOf(accountPrincipal(owner))
export const ownerUser = identityOf(userOf(owner))
export const otherRoot = identityOf(accountPrincipal(other))
export const otherUser = identityOf(userOf(other))

export type Statement = Record<string, unknown>

export function documentOf(...statements: Statement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

export function allow(action: string, resource = '*', more: Statement = {}): Statement {
  return { Effect: 'Allow', Action: action, Resource: resource, ...more }
}

export interface World {
  identity: Identity
  bucket?: Partial<Bucket>
  /** Identity policies of who asks; null: the user is gone. */
  policies?: Statement[] | null
  facts?: FactsOutcome
  /** ARN of who began the upload. */
  initiator?: string
  query?: Record<string, string>
}

export const read: Permission = { action: 's3:GetObject', resource: objectArn('bucket', 'k') }
export const list: Permission = { action: 's3:ListBucket', resource: bucketArn('bucket') }
export const write: Permission = { action: 's3:PutObject', resource: objectArn('bucket', 'k') }

export function accessOf({ identity, policies = [], facts, initiator, query = {} }: World) {
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
    initiator: () => Promise.resolve(initiator ?? null),
    owner: (accountId) => Promise.resolve({ canonicalId: accountId === owner ? ownerCanonicalId : otherCanonicalId }),
  }
  return { access: new Access(request, sources), asked }
}

export async function verdictOf(world: World, permission: Permission = read): Promise<string> {
  const verdict = await accessOf(world).access.decide(bucketOf(world.bucket), [permission])
  if (verdict.allowed) return `allowed by ${verdict.matched?.kind ?? 'ownership'}`
  return verdict.denial === 'explicit' ? `denied by ${verdict.matched?.kind}` : `no ${verdict.missing}`
}

export function objectOf(account: string, acl: Acl | null = null, tags: Record<string, string> = {}): FactsOutcome {
  return { outcome: 'found', owner: account, acl, tags, versionId: 'null', seq: 7 }
}

export const everybodyReads: Acl = [{ grantee: { group: 'AllUsers' }, permission: 'READ' }]
export const policyFor = (principal: unknown, action = 's3:GetObject', more: Statement = {}): Partial<Bucket> => ({
  configs: { policy: documentOf({ ...allow(action, 'arn:aws:s3:::bucket/*', more), Principal: principal }) },
})
export const blocked = (name: string) =>
  JSON.stringify({
    BlockPublicAcls: false,
    IgnorePublicAcls: false,
    BlockPublicPolicy: false,
    RestrictPublicBuckets: false,
    [name]: true,
  })
export const lists = { ownership: 'ObjectWriter' }
