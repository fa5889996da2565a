// Whom the header of a decision tells what.
import { describe, expect, it } from 'vitest'
import { decisionHeader, headerText, type Answered } from '../../src/explain/decision-header.ts'
import { decisionHeaderCharsMax } from '../../src/limits.ts'
import {
  accessOf,
  allow,
  list,
  nobody,
  objectOf,
  other,
  otherRoot,
  ownerRoot,
  ownerUser,
  otherUser,
  policyFor,
  read,
  type World,
} from '../support/access-world.ts'
import { bucketOf } from '../support/operation-call.ts'
import type { DescribedVerdict } from '../../src/access/describe-verdict.ts'
import type { SignatureFacts } from '../../src/auth/authenticate.ts'
import type { Identity } from '../../src/auth/identity.ts'
import type { Permission } from '../../src/iam/permission.ts'

const byHeader: SignatureFacts = { authType: 'REST-HEADER', version: 'AWS4-HMAC-SHA256', ageMilliseconds: 0 }

interface Told {
  decision: string
  asked: DescribedVerdict[]
  more?: number
}

async function told(
  world: World,
  permissions: Permission[] = [read],
  more: Partial<Answered> = {},
): Promise<Told | null> {
  const { access } = accessOf(world)
  const { allowed } = await access.decide(bucketOf(world.bucket), permissions)
  const text = await decisionHeader({
    headers: new Headers({ 'x-edgeshard-explain': 'true' }),
    identity: world.identity,
    signature: byHeader,
    access,
    hasFailed: !allowed,
    ...more,
  })
  return text === null ? null : (JSON.parse(text) as Told)
}

const bounded = (identity: Identity): Identity => {
  if (identity.kind === 'anonymous') return identity
  const session = {
    issued: 0,
    expires: 1,
    policies: ['{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}'],
    tags: {},
    sourceIdentity: null,
    federatedProvider: null,
  }
  return { ...identity, session }
}
const deployment = (identity: Identity): Identity =>
  identity.kind === 'anonymous' ? identity : { ...identity, isRoot: true }
const mayExplain = allow('edgeshard:ExplainRequest', read.resource)

describe('decisionHeader()', () => {
  it.each<[string, boolean, World]>([
    ['the root identity of the owner', true, { identity: ownerRoot }],
    ['a session of it without policies', true, { identity: { ...ownerRoot, session: null } as Identity }],
    ['a service account of it with a policy that does not say so', false, { identity: bounded(ownerRoot) }],
    ['a user of the owner', false, { identity: ownerUser, policies: [allow('s3:*')] }],
    ['a user whom a policy allows it', true, { identity: ownerUser, policies: [mayExplain] }],
    [
      'a user whom a policy allows it elsewhere',
      false,
      { identity: ownerUser, policies: [allow('edgeshard:*', 'arn:aws:s3:::bucket/other')] },
    ],
    ['another account', false, { identity: otherRoot }],
    ['another account that may read', false, { identity: otherRoot, bucket: policyFor({ AWS: other }) }],
    [
      'a user of another account who allows it to itself',
      false,
      { identity: otherUser, policies: [allow('*')], bucket: policyFor({ AWS: other }) },
    ],
    ['the root of the deployment', true, { identity: deployment(otherRoot) }],
    ['a user of the root of the deployment', false, { identity: deployment(otherUser), policies: [allow('s3:*')] }],
    ['nobody', false, { identity: nobody }],
  ])('tells %s: %s', async (_, expected, world) => {
    expect((await told(world)) !== null).toBe(expected)
  })

  it.each<[string, Partial<Answered>]>([
    ['it is not asked for', { headers: new Headers() }],
    ['it is asked for in another way', { headers: new Headers({ 'x-edgeshard-explain': '1' }) }],
    ['the request is a presigned URL', { signature: { ...byHeader, authType: 'REST-QUERY-STRING' } }],
    ['the request is a form', { signature: { ...byHeader, authType: 'POST' } }],
    ['nothing was decided', { access: null }],
    ['it is not known who asks', { identity: null }],
  ])('tells nothing when %s', async (_, more) => {
    expect(await told({ identity: ownerRoot }, [read], more)).toBeNull()
  })

  it('tells of each permission only whom it may', async () => {
    const policies = [allow('s3:*'), mayExplain]
    expect(await told({ identity: ownerUser, policies }, [read, list])).toMatchObject({
      decision: 'allowed',
      asked: [{ action: 's3:GetObject' }],
      more: 1,
    })
  })

  it("tells the owner of a bucket of an object that is another's, and its owner nothing, whose bucket it is not", async () => {
    const bucket = { ownership: 'ObjectWriter' }
    const facts = objectOf(other)
    expect(await told({ identity: ownerRoot, bucket, facts })).toMatchObject({ asked: [{ missing: 'resource' }] })
    expect(await told({ identity: otherRoot, bucket, facts })).toBeNull()
  })

  it('says that some was denied where the request was answered all the same', async () => {
    const world = { identity: ownerUser, policies: [mayExplain] }
    expect(await told(world, [read], { hasFailed: false })).toMatchObject({ decision: 'partly-denied' })
    expect(await told(world)).toMatchObject({ decision: 'denied', asked: [{ missing: 'identity' }] })
  })
})

const verdict = (text: string): DescribedVerdict => ({
  action: 's3:GetObject',
  resource: text,
  decision: 'denied',
  statement: { kind: 'identity', policy: text, sid: 'x'.repeat(100), index: 0 },
  reason: text,
})

describe('headerText()', () => {
  it.each(['x', 'é', '"', '\n', '😀', '\\'])(
    'is one bounded line of ASCII, however long its texts are: %j',
    (character) => {
      const text = headerText(
        'denied',
        Array.from({ length: 10 }, () => verdict(character.repeat(5000))),
        10,
      )
      expect(text).toMatch(/^[\x20-\x7e]*$/)
      expect(text.length).toBeLessThanOrEqual(decisionHeaderCharsMax)
      const parsed = JSON.parse(text) as Told
      expect(parsed.asked.length).toBeGreaterThan(0)
      expect(parsed.asked.length + (parsed.more ?? 0)).toBe(10)
      expect(parsed.asked[0]?.resource.startsWith(character)).toBe(true)
    },
  )

  it('keeps what is short as it is', () => {
    const [one] = [verdict('arn:aws:s3:::b/é')]
    expect(JSON.parse(headerText('denied', [one], 1))).toEqual({ decision: 'denied', asked: [one] })
  })
})
