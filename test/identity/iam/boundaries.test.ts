import { beforeEach, describe, expect, it } from 'vitest'
import { childElement } from '../../../src/s3/xml.ts'
import { accountId, at, iamWorld, plain, policyOf, text, trustEverybody } from '../../support/iam-world.ts'
import type { IamWorld } from '../../support/iam-world.ts'

let world: IamWorld

beforeEach(async () => {
  world = await iamWorld()
  await world.ok('CreateUser', { UserName: 'bob' })
  await world.ok('CreateRole', { RoleName: 'bob', AssumeRolePolicyDocument: trustEverybody })
})

const boundary = 'arn:aws:iam::aws:policy/readonly'

describe.each(['User', 'Role'])('the boundary of a %s', (type) => {
  const of = (name = 'bob') => ({ [`${type}Name`]: name })
  const shown = async () => childElement(at(await world.ok(`Get${type}`, of()), type), 'PermissionsBoundary')

  it('is put, replaced and deleted', async () => {
    await world.ok('CreatePolicy', {
      PolicyName: 'edge',
      PolicyDocument: policyOf({ Effect: 'Allow', Action: 's3:*', Resource: '*' }),
    })
    for (const arn of [boundary, `arn:aws:iam::${accountId}:policy/edge`]) {
      await world.ok(`Put${type}PermissionsBoundary`, { ...of(), PermissionsBoundary: arn })
      expect(plain((await shown())!)).toEqual({ PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: arn })
    }
    for (let time = 0; time < 2; time++) await world.ok(`Delete${type}PermissionsBoundary`, of())
    expect(await shown()).toBeNull()
  })

  it('has to be there, and so has who gets it', async () => {
    const PermissionsBoundary = `arn:aws:iam::${accountId}:policy/none`
    expect(await world.call(`Put${type}PermissionsBoundary`, { ...of(), PermissionsBoundary })).toMatchObject({
      status: 404,
      code: 'NoSuchEntity',
      message: `Scope ARN: ${PermissionsBoundary} does not exist or is not attachable.`,
    })
    const PolicyArn = `arn:aws:iam::${accountId}:not_a_policy/x`
    expect(
      await world.call(`Put${type}PermissionsBoundary`, { ...of(), PermissionsBoundary: PolicyArn }),
    ).toMatchObject({
      status: 400,
      code: 'InvalidInput',
      message: `ARN ${PolicyArn} is not valid.`,
    })
    const asked = { ...of('none'), PermissionsBoundary: boundary }
    for (const action of [`Put${type}PermissionsBoundary`, `Delete${type}PermissionsBoundary`]) {
      expect(await world.call(action, asked)).toMatchObject({ status: 404 })
    }
  })
})

describe('a boundary', () => {
  it('limits what a user may do, at once', async () => {
    const carol = await world.user('carol')
    await world.allow('carol', { Effect: 'Allow', Action: '*', Resource: '*' })
    expect(await world.as(carol)('ListUsers')).toMatchObject({ status: 200 })
    await world.ok('PutUserPermissionsBoundary', { UserName: 'carol', PermissionsBoundary: boundary })
    expect(await world.as(carol)('ListUsers')).toMatchObject({
      status: 403,
      message:
        `User: arn:aws:iam::${accountId}:user/carol is not authorized to perform: iam:ListUsers ` +
        `on resource: arn:aws:iam::${accountId}:user/ because no permissions boundary allows the iam:ListUsers action`,
    })
  })

  it('can be demanded of who makes users: iam:PermissionsBoundary', async () => {
    const carol = await world.user('carol')
    await world.allow('carol', {
      Effect: 'Allow',
      Action: ['iam:CreateUser', 'iam:PutUserPermissionsBoundary'],
      Resource: '*',
      Condition: { StringEquals: { 'iam:PermissionsBoundary': boundary } },
    })
    const call = world.as(carol)
    expect(await call('CreateUser', { UserName: 'dave' })).toMatchObject({ status: 403 })
    const other = 'arn:aws:iam::aws:policy/readwrite'
    expect(await call('CreateUser', { UserName: 'dave', PermissionsBoundary: other })).toMatchObject({ status: 403 })
    const made = await call('CreateUser', { UserName: 'dave', PermissionsBoundary: boundary })
    expect(text(made.result, 'User', 'UserName')).toBe('dave')
    const change = (PermissionsBoundary: string) =>
      call('PutUserPermissionsBoundary', { UserName: 'dave', PermissionsBoundary })
    expect(await change(other)).toMatchObject({ status: 403 })
    expect(await change(boundary)).toMatchObject({ status: 200 })
  })
})
