import { beforeEach, describe, expect, it } from 'vitest'
import {
  accountId,
  at,
  iamWorld,
  members,
  pages,
  plain,
  policyOf,
  text,
  trustEverybody,
} from '../../support/iam-world.ts'
import type { IamWorld } from '../../support/iam-world.ts'

let world: IamWorld

beforeEach(async () => {
  world = await iamWorld()
})

const encodedTrust =
  '%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22AWS' +
  '%22%3A%22%2A%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D'

async function create(more: Record<string, string | number> = {}) {
  return world.ok('CreateRole', { RoleName: 'Reader', AssumeRolePolicyDocument: trustEverybody, ...more })
}

describe('CreateRole and GetRole', () => {
  it('answer a role, its documents percent-encoded', async () => {
    const role = at(await create({ Path: '/app/', Description: 'reads', MaxSessionDuration: 43_200 }), 'Role')
    const shown = {
      Path: '/app/',
      RoleName: 'Reader',
      RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/) as string,
      Arn: `arn:aws:iam::${accountId}:role/app/Reader`,
      CreateDate: expect.any(String) as string,
      AssumeRolePolicyDocument: encodedTrust,
    }
    expect(plain(role)).toEqual(shown)
    expect(plain(at(await world.ok('GetRole', { RoleName: 'reader' }), 'Role'))).toEqual({
      ...shown,
      Description: 'reads',
      MaxSessionDuration: '43200',
      RoleLastUsed: '',
    })
  })

  it('have an hour for sessions by default', async () => {
    await create()
    expect(text(await world.ok('GetRole', { RoleName: 'Reader' }), 'Role', 'MaxSessionDuration')).toBe('3600')
  })

  it.each([
    [{ MaxSessionDuration: 3599 }, 'ValidationError', /greater than or equal to 3600/],
    [{ MaxSessionDuration: 43_201 }, 'ValidationError', /less than or equal to 43200/],
    [{ MaxSessionDuration: 'long' }, 'MalformedInput', /no integer/],
    [{ Description: 'x'.repeat(1001) }, 'ValidationError', /less than or equal to 1000/],
    [{ Description: '\u2014' }, 'ValidationError', /'description'/],
    [{ RoleName: 'r'.repeat(65) }, 'ValidationError', /'roleName'/],
    [{ AssumeRolePolicyDocument: '{' }, 'MalformedPolicyDocument', /./],
    [
      { AssumeRolePolicyDocument: policyOf({ Effect: 'Allow', Action: 's3:*', Resource: '*' }) },
      'MalformedPolicyDocument',
      /./,
    ],
    [
      {
        AssumeRolePolicyDocument: trustEverybody
          .replace('"AWS"', `"AWS"${'\t'.repeat(9)}`)
          .replace('*', 'x'.repeat(2048)),
      },
      'LimitExceeded',
      /2048/,
    ],
  ])('refuse %o', async (parameters, code, message) => {
    const given = { RoleName: 'Reader', AssumeRolePolicyDocument: trustEverybody, ...parameters }
    const reply = await world.call('CreateRole', given)
    expect(reply).toMatchObject({ code })
    expect(reply.message).toMatch(message)
  })

  it('tell no names apart by case', async () => {
    await create()
    expect(
      await world.call('CreateRole', { RoleName: 'READER', AssumeRolePolicyDocument: trustEverybody }),
    ).toMatchObject({
      status: 409,
      message: 'Role with name READER already exists.',
    })
    expect(await world.call('GetRole', { RoleName: 'writer' })).toMatchObject({
      status: 404,
      message: 'The role with name writer cannot be found.',
    })
  })

  it('show when the role was last used', async () => {
    await create()
    world.sqlite.exec(`UPDATE entities SET last_used_ms = 1700000000000, last_used_region = 'eu-west-1'`)
    expect(plain(at(await world.ok('GetRole', { RoleName: 'Reader' }), 'Role', 'RoleLastUsed'))).toEqual({
      LastUsedDate: '2023-11-14T22:13:20Z',
      Region: 'eu-west-1',
    })
  })
})

describe('changes of a role', () => {
  it('UpdateRole changes what is given', async () => {
    await create({ Description: 'reads' })
    const updated = await world.call('UpdateRole', { RoleName: 'Reader', MaxSessionDuration: 7200 })
    expect(updated.text).toContain('<UpdateRoleResult></UpdateRoleResult><ResponseMetadata>')
    const role = () => world.ok('GetRole', { RoleName: 'Reader' })
    expect(plain(at(await role(), 'Role'))).toMatchObject({ Description: 'reads', MaxSessionDuration: '7200' })
    await world.ok('UpdateRole', { RoleName: 'Reader', Description: '' })
    expect(text(await role(), 'Role', 'Description')).toBe('')
    await world.ok('UpdateRole', { RoleName: 'Reader' })
  })

  it('UpdateRoleDescription answers the role', async () => {
    await create()
    const { result } = await world.call('UpdateRoleDescription', { RoleName: 'Reader', Description: 'new' })
    expect(plain(at(result, 'Role'))).toEqual({
      Path: '/',
      RoleName: 'Reader',
      RoleId: expect.any(String) as string,
      Arn: `arn:aws:iam::${accountId}:role/Reader`,
      CreateDate: expect.any(String) as string,
      AssumeRolePolicyDocument: encodedTrust,
      Description: 'new',
    })
  })

  it('UpdateAssumeRolePolicy puts another trust policy', async () => {
    await create()
    const PolicyDocument = policyOf({ Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' })
    await world.ok('UpdateAssumeRolePolicy', { RoleName: 'Reader', PolicyDocument })
    const stored = text(await world.ok('GetRole', { RoleName: 'Reader' }), 'Role', 'AssumeRolePolicyDocument')
    expect(decodeURIComponent(stored)).toBe(PolicyDocument)
    const broken = { RoleName: 'Reader', PolicyDocument: '{}' }
    expect(await world.call('UpdateAssumeRolePolicy', broken)).toMatchObject({ code: 'MalformedPolicyDocument' })
  })

  it.each(['UpdateRole', 'UpdateRoleDescription', 'UpdateAssumeRolePolicy', 'DeleteRole', 'ListRolePolicies'])(
    '%s says that there is no role',
    async (action) => {
      const parameters = { RoleName: 'none', Description: 'x', PolicyDocument: trustEverybody }
      expect(await world.call(action, parameters)).toMatchObject({
        status: 404,
        message: 'The role with name none cannot be found.',
      })
    },
  )

  it('DeleteRole wants policies gone first', async () => {
    await create()
    const PolicyDocument = policyOf({ Effect: 'Allow', Action: 's3:*', Resource: '*' })
    await world.ok('PutRolePolicy', { RoleName: 'Reader', PolicyName: 'p', PolicyDocument })
    expect(await world.call('DeleteRole', { RoleName: 'Reader' })).toMatchObject({
      status: 409,
      message: 'Cannot delete entity, must delete policies first.',
    })
    await world.ok('DeleteRolePolicy', { RoleName: 'Reader', PolicyName: 'p' })
    await world.ok('DeleteRole', { RoleName: 'READER' })
  })
})

describe('ListRoles', () => {
  it('lists by name in pages, with trust policies', async () => {
    for (const RoleName of ['b', 'A', 'c']) await create({ RoleName, Path: '/p/' })
    const { items, count } = await pages(world.ok, ['ListRoles', { PathPrefix: '/p/', MaxItems: 2 }], (result) =>
      members(result, 'Roles').map(plain),
    )
    expect(count).toBe(2)
    expect(items).toMatchObject([{ RoleName: 'A' }, { RoleName: 'b' }, { RoleName: 'c' }])
    expect(items[0]).toMatchObject({ AssumeRolePolicyDocument: encodedTrust, MaxSessionDuration: '3600' })
  })

  it('finds no instance profiles of a role', async () => {
    await create()
    const { text: body } = await world.call('ListInstanceProfilesForRole', { RoleName: 'Reader' })
    expect(body).toContain('<InstanceProfiles></InstanceProfiles><IsTruncated>false</IsTruncated>')
    expect(await world.call('ListInstanceProfilesForRole', { RoleName: 'none' })).toMatchObject({ status: 404 })
  })
})
