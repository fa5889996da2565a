// Which permission each action of IAM needs: its name, and the ARN of what it is about.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { iamActions } from '../../../src/identity/iam/actions.ts'
import { notImplementedActions } from '../../../src/identity/iam/not-implemented.ts'
import { accountId, iamWorld, policyOf, trustEverybody, type IamWorld } from '../../support/iam-world.ts'
import type { Parameters as QueryInput } from '../../support/iam-world.ts'
import type { Credentials } from '../../support/address.ts'

const arn = (rest: string) => `arn:aws:iam::${accountId}:${rest}`
const user = arn('user/team/Bob')
const group = arn('group/team/Staff')
const role = arn('role/team/Reader')
const policy = arn('policy/team/own')
const provider = arn('oidc-provider/token.example.com')
const builtIn = 'arn:aws:iam::aws:policy/readonly'

// Names are given in another case than they are stored in: policies see the stored ones.
const ofUser = { UserName: 'bob' }
const ofGroup = { GroupName: 'staff' }
const ofRole = { RoleName: 'reader' }
const ofPolicy = { PolicyArn: policy }
const ofProvider = { OpenIDConnectProviderArn: provider }
const PolicyDocument = policyOf({ Effect: 'Allow', Action: 's3:*', Resource: '*' })
const AssumeRolePolicyDocument = trustEverybody
const tags = { Tags: [{ Key: 'a', Value: 'b' }], TagKeys: ['a'] }
const key = { AccessKeyId: 'AKIAIOSFODNN7EXAMPLE', Status: 'Inactive' }

type Row = [action: string, parameters: QueryInput, resource: string]

/** The same actions for users, groups and roles. */
function ofAllThree(rows: (type: string, target: QueryInput, resource: string) => Row[]): Row[] {
  return [...rows('User', ofUser, user), ...rows('Group', ofGroup, group), ...rows('Role', ofRole, role)]
}

const rows: Row[] = [
  ['CreateUser', { UserName: 'New', Path: '/x/' }, arn('user/x/New')],
  ['CreateGroup', { GroupName: 'New', Path: '/x/' }, arn('group/x/New')],
  ['CreateRole', { RoleName: 'New', Path: '/x/', AssumeRolePolicyDocument }, arn('role/x/New')],
  ['CreatePolicy', { PolicyName: 'New', Path: '/x/', PolicyDocument }, arn('policy/x/New')],
  ['CreateOpenIDConnectProvider', { Url: 'https://new.example.com/x' }, arn('oidc-provider/new.example.com/x')],
  ['ListUsers', { PathPrefix: '/team/' }, arn('user/team/')],
  ['ListGroups', {}, arn('group/')],
  ['ListRoles', {}, arn('role/')],
  ['ListPolicies', {}, arn('policy/')],
  ['ListOpenIDConnectProviders', {}, arn('oidc-provider/*')],
  ['GetUser', ofUser, user],
  ['GetGroup', ofGroup, group],
  ['GetRole', ofRole, role],
  ['GetPolicy', ofPolicy, policy],
  ['GetOpenIDConnectProvider', ofProvider, provider],
  ['DeleteUser', ofUser, user],
  ['DeleteGroup', ofGroup, group],
  ['DeleteRole', ofRole, role],
  ['DeletePolicy', ofPolicy, policy],
  ['DeleteOpenIDConnectProvider', ofProvider, provider],
  ['UpdateUser', ofUser, user],
  ['UpdateGroup', ofGroup, group],
  ['UpdateRole', ofRole, role],
  ['UpdateRoleDescription', { ...ofRole, Description: 'x' }, role],
  ['UpdateAssumeRolePolicy', { ...ofRole, PolicyDocument: trustEverybody }, role],
  ['AddUserToGroup', { ...ofGroup, ...ofUser }, group],
  ['RemoveUserFromGroup', { ...ofGroup, ...ofUser }, group],
  ['ListGroupsForUser', ofUser, user],
  ['CreateAccessKey', ofUser, user],
  ['ListAccessKeys', ofUser, user],
  ['UpdateAccessKey', { ...ofUser, ...key }, user],
  ['DeleteAccessKey', { ...ofUser, ...key }, user],
  ...ofAllThree((type, target, resource) => [
    [`Attach${type}Policy`, { ...target, PolicyArn: builtIn }, resource],
    [`Detach${type}Policy`, { ...target, PolicyArn: builtIn }, resource],
    [`ListAttached${type}Policies`, target, resource],
    [`Put${type}Policy`, { ...target, PolicyName: 'p', PolicyDocument }, resource],
    [`Get${type}Policy`, { ...target, PolicyName: 'p' }, resource],
    [`Delete${type}Policy`, { ...target, PolicyName: 'p' }, resource],
    [`List${type}Policies`, target, resource],
  ]),
  ['PutUserPermissionsBoundary', { ...ofUser, PermissionsBoundary: builtIn }, user],
  ['DeleteUserPermissionsBoundary', ofUser, user],
  ['PutRolePermissionsBoundary', { ...ofRole, PermissionsBoundary: builtIn }, role],
  ['DeleteRolePermissionsBoundary', ofRole, role],
  ...(
    [
      ['User', ofUser, user],
      ['Role', ofRole, role],
      ['Policy', ofPolicy, policy],
      ['OpenIDConnectProvider', ofProvider, provider],
    ] as const
  ).flatMap(([type, target, resource]): Row[] => [
    [`Tag${type}`, { ...target, ...tags }, resource],
    [`Untag${type}`, { ...target, ...tags }, resource],
    [`List${type}Tags`, target, resource],
  ]),
  ['CreatePolicyVersion', { ...ofPolicy, PolicyDocument }, policy],
  ['GetPolicyVersion', { ...ofPolicy, VersionId: 'v1' }, policy],
  ['ListPolicyVersions', ofPolicy, policy],
  ['SetDefaultPolicyVersion', { ...ofPolicy, VersionId: 'v1' }, policy],
  ['DeletePolicyVersion', { ...ofPolicy, VersionId: 'v1' }, policy],
  ['ListEntitiesForPolicy', ofPolicy, policy],
  ['AddClientIDToOpenIDConnectProvider', { ...ofProvider, ClientID: 'c' }, provider],
  ['RemoveClientIDFromOpenIDConnectProvider', { ...ofProvider, ClientID: 'c' }, provider],
  ['UpdateOpenIDConnectProviderThumbprint', { ...ofProvider, ThumbprintList: ['a'.repeat(40)] }, provider],
  ['SimulatePrincipalPolicy', { PolicySourceArn: user, ActionNames: ['s3:GetObject'] }, user],
  ['SimulateCustomPolicy', { PolicyInputList: [PolicyDocument], ActionNames: ['s3:GetObject'] }, '*'],
  ['GetAccountAuthorizationDetails', {}, '*'],
  ['GetAccountSummary', {}, '*'],
  ['GetAccountPasswordPolicy', {}, '*'],
  ['CreateAccountAlias', { AccountAlias: 'alias' }, '*'],
  ['DeleteAccountAlias', { AccountAlias: 'alias' }, '*'],
  ['ListAccountAliases', {}, '*'],
  ['GetLoginProfile', ofUser, user],
  ['DeleteLoginProfile', ofUser, user],
  ['ListInstanceProfilesForRole', ofRole, role],
  ['ListInstanceProfiles', {}, '*'],
  ['ListMFADevices', ofUser, user],
  ['ListSAMLProviders', {}, '*'],
  ['ListSSHPublicKeys', ofUser, user],
  ['ListServerCertificates', {}, '*'],
  ['ListServiceSpecificCredentials', ofUser, user],
  ['ListSigningCertificates', ofUser, user],
  ['ListVirtualMFADevices', {}, '*'],
  ...notImplementedActions.map(({ name }): Row => [name, {}, '*']),
]

async function peopledWorld(): Promise<{ world: IamWorld; mallory: Credentials }> {
  const world = await iamWorld()
  const mallory = await world.user('mallory')
  await world.ok('CreateUser', { UserName: 'Bob', Path: '/team/' })
  await world.ok('CreateGroup', { GroupName: 'Staff', Path: '/team/' })
  await world.ok('CreateRole', { RoleName: 'Reader', Path: '/team/', AssumeRolePolicyDocument })
  await world.ok('CreatePolicy', { PolicyName: 'own', Path: '/team/', PolicyDocument })
  await world.ok('CreateOpenIDConnectProvider', { Url: 'https://token.example.com' })
  return { world, mallory }
}

it('has a row for every action', () => {
  // That of GetAccessKeyLastUsed is told below.
  const named = [...rows.map(([action]) => action), 'GetAccessKeyLastUsed']
  expect(named.toSorted()).toEqual(iamActions.map(({ name }) => name).toSorted())
})

describe('a user without policies', () => {
  let world: IamWorld
  let mallory: Credentials

  beforeAll(async () => {
    ;({ world, mallory } = await peopledWorld())
  })

  it.each(rows)('may not %s', async (action, parameters, resource) => {
    expect(await world.as(mallory)(action, parameters)).toMatchObject({
      status: 403,
      code: 'AccessDenied',
      message:
        `User: ${arn('user/mallory')} is not authorized to perform: iam:${action} on resource: ${resource} ` +
        `because no identity-based policy allows the iam:${action} action`,
    })
  })

  it('learns nothing of what is not there', async () => {
    for (const [action, parameters] of [
      ['GetUser', { UserName: 'none' }],
      ['GetPolicy', { PolicyArn: arn('policy/none') }],
      ['GetOpenIDConnectProvider', { OpenIDConnectProviderArn: arn('oidc-provider/none') }],
    ] as const) {
      expect(await world.as(mallory)(action, parameters)).toMatchObject({ status: 403, code: 'AccessDenied' })
    }
    expect(await world.as(mallory)('GetUser', { UserName: 'none' })).toMatchObject({
      message: expect.stringContaining(`on resource: ${arn('user/none')}`) as string,
    })
  })
})

describe('a user with exactly the permission', () => {
  let world: IamWorld
  let mallory: Credentials

  beforeEach(async () => {
    ;({ world, mallory } = await peopledWorld())
  })

  it.each(rows)('may %s', async (action, parameters, resource) => {
    await world.allow('mallory', { Effect: 'Allow', Action: `iam:${action}`, Resource: resource })
    const reply = await world.as(mallory)(action, parameters)
    expect([403, 500], reply.text).not.toContain(reply.status)
  })

  it('may GetAccessKeyLastUsed of the keys of one user', async () => {
    const bob = await world.ok('CreateAccessKey', ofUser)
    const AccessKeyId = /AKIA\w+/.exec(JSON.stringify(bob))?.[0] ?? ''
    const call = world.as(mallory)
    expect(await call('GetAccessKeyLastUsed', { AccessKeyId })).toMatchObject({ status: 403 })
    await world.allow('mallory', { Effect: 'Allow', Action: 'iam:GetAccessKeyLastUsed', Resource: user })
    expect(await call('GetAccessKeyLastUsed', { AccessKeyId })).toMatchObject({ status: 200 })
    expect(await call('GetAccessKeyLastUsed', { AccessKeyId: mallory.accessKeyId })).toMatchObject({ status: 403 })
  })

  it('cannot get round a Deny by another case of the name', async () => {
    await world.allow(
      'mallory',
      { Effect: 'Allow', Action: 'iam:*', Resource: '*' },
      { Effect: 'Deny', Action: 'iam:*', Resource: user },
    )
    for (const UserName of ['Bob', 'bob', 'BOB']) {
      expect(await world.as(mallory)('GetUser', { UserName })).toMatchObject({ status: 403 })
    }
  })

  it.each([
    ['CreateUser', { UserName: 'New' }],
    ['CreateRole', { RoleName: 'New', AssumeRolePolicyDocument }],
    ['CreatePolicy', { PolicyName: 'New', PolicyDocument }],
    ['CreateOpenIDConnectProvider', { Url: 'https://new.example.com' }],
    ['TagUser', ofUser],
    ['TagRole', ofRole],
    ['TagPolicy', ofPolicy],
    ['TagOpenIDConnectProvider', ofProvider],
  ])('may %s only with the tags a condition names: aws:RequestTag, aws:TagKeys', async (action, parameters) => {
    await world.allow('mallory', {
      Effect: 'Allow',
      Action: `iam:${action}`,
      Resource: '*',
      Condition: {
        StringEquals: { 'aws:RequestTag/team': 'blue' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] },
      },
    })
    const call = (...pairs: [string, string][]) =>
      world.as(mallory)(action, { ...parameters, Tags: pairs.map(([Key, Value]) => ({ Key, Value })) })
    expect(await call(['team', 'red'])).toMatchObject({ status: 403 })
    expect(await call(['team', 'blue'], ['other', 'x'])).toMatchObject({ status: 403 })
    expect(await call(['team', 'blue'])).toMatchObject({ status: 200 })
  })

  it.each([
    ['GetUser', ofUser, { UserName: 'Bob' }, 'User'],
    ['GetRole', ofRole, ofRole, 'Role'],
    ['GetPolicy', ofPolicy, ofPolicy, 'Policy'],
    ['GetOpenIDConnectProvider', ofProvider, ofProvider, 'OpenIDConnectProvider'],
  ])('may %s only of what has the tag a condition names: aws:ResourceTag', async (action, parameters, target, type) => {
    await world.allow('mallory', {
      Effect: 'Allow',
      Action: `iam:${action}`,
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/team': 'blue' } },
    })
    expect(await world.as(mallory)(action, parameters)).toMatchObject({ status: 403 })
    await world.ok(`Tag${type}`, { ...target, Tags: [{ Key: 'team', Value: 'blue' }] })
    expect(await world.as(mallory)(action, parameters)).toMatchObject({ status: 200 })
  })

  it('may attach only the policies a condition names: iam:PolicyARN', async () => {
    await world.allow('mallory', {
      Effect: 'Allow',
      Action: 'iam:AttachUserPolicy',
      Resource: '*',
      Condition: { ArnEquals: { 'iam:PolicyARN': builtIn } },
    })
    const attach = (PolicyArn: string) => world.as(mallory)('AttachUserPolicy', { ...ofUser, PolicyArn })
    expect(await attach('arn:aws:iam::aws:policy/AdministratorAccess')).toMatchObject({ status: 403 })
    expect(await attach(builtIn)).toMatchObject({ status: 200 })
  })
})
