// Decisions that wait for the object, that go without it, and how a denial is told.
import { describe, expect, it } from 'vitest'
import { accessDenied } from '../../src/access/denial.ts'
import { bucketOf } from '../support/operation-call.ts'
import {
  owner,
  nobody,
  ownerRoot,
  ownerUser,
  otherRoot,
  allow,
  read,
  accessOf,
  objectOf,
  everybodyReads,
  policyFor,
  lists,
  type World,
} from '../support/access-world.ts'

async function messageOf(world: World): Promise<string> {
  const verdict = await accessOf(world).access.decide(bucketOf(world.bucket), [read])
  if (verdict.allowed) throw new Error('It is allowed')
  return accessDenied(verdict).message
}

describe('Access.settle()', () => {
  it('decides when the object is known, without a look of its own', async () => {
    for (const [facts, allowed] of [
      [objectOf(owner, everybodyReads), true],
      [objectOf(owner), false],
      [{ outcome: 'missing' }, false],
    ] as const) {
      const { access, asked } = accessOf({ identity: nobody })
      expect((await access.decideOrDefer(bucketOf(lists), [read])).allowed).toBe(true)
      expect((await access.settle(facts))?.allowed).toBe(allowed)
      expect(asked).toEqual([])
      expect(access.verdicts.map((verdict) => verdict.allowed)).toEqual([allowed])
    }
  })

  it('has nothing left to decide where the object does not matter', async () => {
    const { access } = accessOf({ identity: nobody })
    expect((await access.decideOrDefer(bucketOf(), [read])).allowed).toBe(false)
    expect(await access.settle(objectOf(owner, everybodyReads))).toBeNull()
  })
})

describe('Access.judge()', () => {
  it('takes the object for the owner of the bucket, and says so', async () => {
    const { access, asked } = accessOf({ identity: ownerRoot })
    const { verdict, basis } = await access.judge(bucketOf(lists), [read])
    expect([verdict.allowed, basis, asked]).toEqual([true, { owner }, []])
  })

  it('looks where that is not enough, and rests on the version it saw', async () => {
    const { access } = accessOf({ identity: otherRoot, facts: objectOf(owner, everybodyReads) })
    const { verdict, basis } = await access.judge(bucketOf(lists), [read])
    expect([verdict.allowed, basis]).toEqual([true, { seq: 7 }])
  })

  it('rests on no version where there is none: one that comes meanwhile was not judged', async () => {
    const bucket = bucketOf({ ...lists, configs: { acl: JSON.stringify(everybodyReads) } })
    const { access } = accessOf({ identity: nobody, facts: { outcome: 'missing' } })
    const { verdict, basis } = await access.judge(bucket, [read])
    expect([verdict.allowed, basis]).toEqual([true, { seq: -1 }])
  })

  it('rests on nothing where lists are off', async () => {
    const { access } = accessOf({ identity: ownerRoot })
    expect((await access.judge(bucketOf(), [read])).basis).toBeNull()
  })

  it('does not take the tags of an object for granted', async () => {
    const denies = {
      Effect: 'Deny',
      Action: 's3:GetObject',
      Resource: '*',
      Condition: { StringEquals: { 's3:ExistingObjectTag/class': 'secret' } },
    }
    const policies = [allow('s3:GetObject'), denies]
    const { access } = accessOf({ identity: ownerUser, policies, facts: objectOf(owner, null, { class: 'secret' }) })
    expect((await access.judge(bucketOf(), [read])).verdict.allowed).toBe(false)
  })
})

describe('accessDenied()', () => {
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
