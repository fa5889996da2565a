// A change holds at once in the isolate that made it: what it remembers of keys and policies is forgotten.
import { beforeEach, expect, it } from 'vitest'
import { keyLookup } from '../../../src/store/tables/access-keys.ts'
import { principalPolicies } from '../../../src/store/tables/principal-policies.ts'
import { accountId, iamWorld, policyOf, text, type IamWorld } from '../../support/iam-world.ts'

let world: IamWorld
let userId = ''

const PolicyDocument = policyOf({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' })
const PolicyArn = `arn:aws:iam::${accountId}:policy/own`
const UserName = 'bob'
const GroupName = 'staff'

beforeEach(async () => {
  world = await iamWorld()
  userId = text(await world.ok('CreateUser', { UserName }), 'User', 'UserId')
  await world.ok('CreateGroup', { GroupName })
  await world.ok('CreatePolicy', { PolicyName: 'own', PolicyDocument })
})

/** How many policies apply, their text, the boundary and the tags. */
async function known(): Promise<unknown> {
  const principal = { type: 'User', accountId, arn: 'a', userId, username: UserName } as const
  const policies = await principalPolicies(world.env, principal)
  return policies === null
    ? null
    : [policies.identity.map(({ document }) => document), policies.boundary, policies.tags]
}

it('of policies, groups, boundaries and tags', async () => {
  const other = PolicyDocument.replace('GetObject', 'PutObject')
  const tag = { Tags: [{ Key: 'team', Value: 'blue' }] }
  const steps = [
    ['PutUserPolicy', { UserName, PolicyName: 'p', PolicyDocument }],
    ['PutUserPolicy', { UserName, PolicyName: 'p', PolicyDocument: other }],
    ['DeleteUserPolicy', { UserName, PolicyName: 'p' }],
    ['AttachUserPolicy', { UserName, PolicyArn }],
    ['CreatePolicyVersion', { PolicyArn, PolicyDocument: other, SetAsDefault: true }],
    ['SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v1' }],
    ['DetachUserPolicy', { UserName, PolicyArn }],
    ['AttachGroupPolicy', { GroupName, PolicyArn }, 'same'],
    ['AddUserToGroup', { GroupName, UserName }],
    ['PutGroupPolicy', { GroupName, PolicyName: 'p', PolicyDocument }],
    ['DeleteGroupPolicy', { GroupName, PolicyName: 'p' }],
    ['DetachGroupPolicy', { GroupName, PolicyArn }],
    ['AttachGroupPolicy', { GroupName, PolicyArn }],
    ['RemoveUserFromGroup', { GroupName, UserName }],
    ['PutUserPermissionsBoundary', { UserName, PermissionsBoundary: PolicyArn }],
    ['DeleteUserPermissionsBoundary', { UserName }],
    ['TagUser', { UserName, ...tag }],
    ['UntagUser', { UserName, TagKeys: ['team'] }],
    ['DeleteUser', { UserName }],
  ] as const
  let before = await known()
  for (const [action, parameters, same] of steps) {
    await world.ok(action, parameters as Parameters<IamWorld['ok']>[1])
    const after = await known()
    if (same === undefined) expect(after, action).not.toEqual(before)
    else expect(after, action).toEqual(before)
    before = after
  }
  expect(before).toBeNull()
})

it('of keys and of what their users are called', async () => {
  const AccessKeyId = text(await world.ok('CreateAccessKey', { UserName }), 'AccessKey', 'AccessKeyId')
  const key = () => keyLookup(world.env)(AccessKeyId, null)
  expect(await key()).toMatchObject({ disabled: false, identity: { principal: { username: 'bob' } } })
  await world.ok('UpdateAccessKey', { UserName, AccessKeyId, Status: 'Inactive' })
  expect(await key()).toMatchObject({ disabled: true })
  await world.ok('UpdateAccessKey', { UserName, AccessKeyId, Status: 'Active' })
  await world.ok('UpdateUser', { UserName, NewUserName: 'robert', NewPath: '/a/' })
  expect(await key()).toMatchObject({
    disabled: false,
    identity: { principal: { username: 'robert', arn: `arn:aws:iam::${accountId}:user/a/robert` } },
  })
  await world.ok('DeleteAccessKey', { UserName: 'robert', AccessKeyId })
  expect(await key()).toBeNull()
})
