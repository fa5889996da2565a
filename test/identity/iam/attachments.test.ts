import { beforeEach, describe, expect, it } from 'vitest'
import { accountId, iamWorld, members, pages, plain, policyOf, text, trustEverybody } from '../../support/iam-world.ts'
import type { IamWorld } from '../../support/iam-world.ts'

let world: IamWorld

const document = policyOf({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' })
const arnOf = (name: string, path = '/') => `arn:aws:iam::${accountId}:policy${path}${name}`
const builtIn = 'arn:aws:iam::aws:policy/readonly'

beforeEach(async () => {
  world = await iamWorld()
  await world.ok('CreateUser', { UserName: 'bob' })
  await world.ok('CreateGroup', { GroupName: 'bob' })
  await world.ok('CreateRole', { RoleName: 'bob', AssumeRolePolicyDocument: trustEverybody })
})

describe.each(['User', 'Group', 'Role'])('managed policies of a %s', (type) => {
  const of = (name: string) => ({ [`${type}Name`]: name })
  const listed = async (more: Record<string, string | number> = {}) =>
    members(await world.ok(`ListAttached${type}Policies`, { ...of('bob'), ...more }), 'AttachedPolicies').map(plain)

  it('are attached, listed and detached; built-in ones too', async () => {
    await world.ok('CreatePolicy', { PolicyName: 'own', Path: '/p/', PolicyDocument: document })
    for (const PolicyArn of [arnOf('own', '/p/'), builtIn, builtIn]) {
      await world.ok(`Attach${type}Policy`, { ...of('BOB'), PolicyArn })
    }
    const own = { PolicyName: 'own', PolicyArn: arnOf('own', '/p/') }
    expect(await listed()).toEqual([own, { PolicyName: 'readonly', PolicyArn: builtIn }])
    expect(await listed({ PathPrefix: '/p/' })).toEqual([own])
    await world.ok(`Detach${type}Policy`, { ...of('bob'), PolicyArn: builtIn })
    expect(await listed()).toEqual([own])
    expect(await world.call(`Detach${type}Policy`, { ...of('bob'), PolicyArn: builtIn })).toMatchObject({
      status: 404,
      code: 'NoSuchEntity',
      message: `Policy ${builtIn} was not found.`,
    })
  })

  it('are listed in pages, one of the same name built in as well', async () => {
    await world.ok('CreatePolicy', { PolicyName: 'readonly', PolicyDocument: document })
    for (const PolicyArn of [arnOf('readonly'), builtIn])
      await world.ok(`Attach${type}Policy`, { ...of('bob'), PolicyArn })
    const asked = { ...of('bob'), MaxItems: 1 }
    const { items, count } = await pages(world.ok, [`ListAttached${type}Policies`, asked], (result) =>
      members(result, 'AttachedPolicies').map((policy) => text(policy, 'PolicyArn')),
    )
    expect([items.toSorted(), count]).toEqual([[arnOf('readonly'), builtIn].toSorted(), 2])
  })

  it('are ten at most', async () => {
    for (let number = 0; number < 11; number++) {
      await world.ok('CreatePolicy', { PolicyName: `p${number}`, PolicyDocument: document })
    }
    for (let number = 0; number < 10; number++) {
      await world.ok(`Attach${type}Policy`, { ...of('bob'), PolicyArn: arnOf(`p${number}`) })
    }
    for (const PolicyArn of [arnOf('p10'), builtIn]) {
      expect(await world.call(`Attach${type}Policy`, { ...of('bob'), PolicyArn })).toMatchObject({
        status: 409,
        code: 'LimitExceeded',
        message: `Cannot exceed quota for PoliciesPer${type}: 10`,
      })
    }
    await world.ok(`Attach${type}Policy`, { ...of('bob'), PolicyArn: arnOf('p9') })
  })

  it('have to exist, and so has who gets them', async () => {
    for (const PolicyArn of [
      arnOf('none'),
      'arn:aws:iam::aws:policy/none',
      'arn:aws:iam::444455556666:policy/theirs',
    ]) {
      expect(await world.call(`Attach${type}Policy`, { ...of('bob'), PolicyArn })).toMatchObject({
        status: 404,
        code: 'NoSuchEntity',
        message: `Policy ${PolicyArn} does not exist or is not attachable.`,
      })
    }
    for (const action of [`Attach${type}Policy`, `Detach${type}Policy`, `ListAttached${type}Policies`]) {
      expect(await world.call(action, { ...of('none'), PolicyArn: builtIn })).toMatchObject({
        status: 404,
        message: `The ${type.toLowerCase()} with name none cannot be found.`,
      })
    }
  })
})

const holders = async (more: Record<string, string | number> = {}) => {
  const result = await world.ok('ListEntitiesForPolicy', { PolicyArn: builtIn, ...more })
  return Object.fromEntries(
    (['User', 'Group', 'Role'] as const).map((type) => [
      type,
      members(result, `Policy${type}s`).map((member) => text(member, `${type}Name`)),
    ]),
  )
}

describe('ListEntitiesForPolicy', () => {
  beforeEach(async () => {
    for (const type of ['User', 'Group', 'Role']) {
      await world.ok(`Attach${type}Policy`, { [`${type}Name`]: 'bob', PolicyArn: builtIn })
    }
    await world.ok('CreateUser', { UserName: 'Carol', Path: '/far/', PermissionsBoundary: builtIn })
  })

  it('lists who holds it, or is bounded by it', async () => {
    expect(await holders()).toEqual({ User: ['bob', 'Carol'], Group: ['bob'], Role: ['bob'] })
    const [user] = members(await world.ok('ListEntitiesForPolicy', { PolicyArn: builtIn }), 'PolicyUsers')
    expect(plain(user!)).toEqual({ UserName: 'bob', UserId: expect.stringMatching(/^AIDA/) as string })
  })

  it.each([
    [{ EntityFilter: 'Role' }, { User: [], Group: [], Role: ['bob'] }],
    [{ PolicyUsageFilter: 'PermissionsPolicy' }, { User: ['bob'], Group: ['bob'], Role: ['bob'] }],
    [{ PolicyUsageFilter: 'PermissionsBoundary' }, { User: ['Carol'], Group: [], Role: [] }],
    [{ PathPrefix: '/far' }, { User: ['Carol'], Group: [], Role: [] }],
  ])('with %j lists %j', async (parameters, expected) => {
    expect(await holders(parameters)).toEqual(expected)
  })

  it('has pages over all three', async () => {
    const { items, count } = await pages(
      world.ok,
      ['ListEntitiesForPolicy', { PolicyArn: builtIn, MaxItems: 1 }],
      (result) =>
        (['Group', 'Role', 'User'] as const).flatMap((type) =>
          members(result, `Policy${type}s`).map((member) => `${type} ${text(member, `${type}Name`)}`),
        ),
    )
    expect([items, count]).toEqual([['Group bob', 'Role bob', 'User bob', 'User Carol'], 4])
  })

  it('refuses what is no entity, and says what is not there', async () => {
    const asked = { PolicyArn: builtIn, EntityFilter: 'AWSManagedPolicy' }
    expect(await world.call('ListEntitiesForPolicy', asked)).toMatchObject({ status: 400, code: 'InvalidInput' })
    expect(await world.call('ListEntitiesForPolicy', { PolicyArn: arnOf('none') })).toMatchObject({ status: 404 })
  })
})
