import { beforeEach, describe, expect, it } from 'vitest'
import { childElements } from '../../../src/s3/xml.ts'
import {
  accountId,
  at,
  iamWorld,
  members,
  otherRootKey,
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

const document = policyOf({ Effect: 'Allow', Action: 's3:*', Resource: '*' })

const aliases = async () =>
  members(await world.ok('ListAccountAliases'), 'AccountAliases').map(({ text: name }) => name)

describe('the alias of an account', () => {
  it('is one, unique in the deployment', async () => {
    expect(await aliases()).toEqual([])
    await world.ok('CreateAccountAlias', { AccountAlias: 'first-one' })
    await world.ok('CreateAccountAlias', { AccountAlias: 'second-one' })
    expect(await aliases()).toEqual(['second-one'])
    const other = world.as(otherRootKey)
    expect(await other('CreateAccountAlias', { AccountAlias: 'second-one' })).toMatchObject({
      status: 409,
      code: 'EntityAlreadyExists',
      message: 'The account alias second-one already exists.',
    })
    expect(await other('CreateAccountAlias', { AccountAlias: 'first-one' })).toMatchObject({ status: 200 })
    expect(await world.call('DeleteAccountAlias', { AccountAlias: 'first-one' })).toMatchObject({
      status: 404,
      code: 'NoSuchEntity',
      message: 'The account alias first-one cannot be found.',
    })
    await world.ok('DeleteAccountAlias', { AccountAlias: 'second-one' })
    expect(await aliases()).toEqual([])
  })

  it.each(['ab', 'a--b', '-ab', 'ab-', 'ABC', 'a_b', 'a'.repeat(64)])('is not %s', async (AccountAlias) => {
    expect(await world.call('CreateAccountAlias', { AccountAlias })).toMatchObject({ code: 'ValidationError' })
  })
})

describe('GetAccountSummary', () => {
  it('counts, and tells the quotas', async () => {
    await world.user('bob')
    await world.ok('CreateGroup', { GroupName: 'staff' })
    await world.ok('CreatePolicy', { PolicyName: 'p', PolicyDocument: document })
    await world.ok('CreatePolicyVersion', { PolicyArn: `arn:aws:iam::${accountId}:policy/p`, PolicyDocument: document })
    const entries = childElements(at(await world.ok('GetAccountSummary'), 'SummaryMap'), 'entry')
    const summary = Object.fromEntries(entries.map((entry) => [text(entry, 'key'), Number(text(entry, 'value'))]))
    expect(summary).toMatchObject({
      Users: 1,
      UsersQuota: 5000,
      Groups: 1,
      Roles: 0,
      Policies: 1,
      PolicyVersionsInUse: 2,
      Providers: 0,
      AccountAccessKeysPresent: 1,
      AccessKeysPerUserQuota: 2,
      AccountMFAEnabled: 0,
      UserPolicySizeQuota: 2048,
      RolePolicySizeQuota: 10_240,
      AssumeRolePolicySizeQuota: 2048,
    })
  })
})

describe('what there never is', () => {
  beforeEach(() => world.ok('CreateUser', { UserName: 'bob' }))

  it.each([
    ['ListMFADevices', 'MFADevices'],
    ['ListSSHPublicKeys', 'SSHPublicKeys'],
    ['ListServiceSpecificCredentials', 'ServiceSpecificCredentials'],
    ['ListSigningCertificates', 'Certificates'],
  ])('%s of a user is empty', async (action, list) => {
    const result = await world.ok(action, { UserName: 'bob' })
    expect([members(result, list), text(result, 'IsTruncated')]).toEqual([[], 'false'])
    expect(await world.call(action, { UserName: 'none' })).toMatchObject({ status: 404 })
    await world.ok(action)
  })

  it.each([
    ['ListInstanceProfiles', 'InstanceProfiles'],
    ['ListServerCertificates', 'ServerCertificateMetadataList'],
    ['ListVirtualMFADevices', 'VirtualMFADevices'],
    ['ListSAMLProviders', 'SAMLProviderList'],
  ])('%s of the account is empty', async (action, list) => {
    expect(members(await world.ok(action), list)).toEqual([])
  })

  it.each(['GetLoginProfile', 'DeleteLoginProfile'])('%s finds none', async (action) => {
    expect(await world.call(action, { UserName: 'bob' })).toMatchObject({
      status: 404,
      code: 'NoSuchEntity',
      message: 'Login Profile for User bob cannot be found.',
    })
    expect(await world.call(action, { UserName: 'none' })).toMatchObject({
      message: 'The user with name none cannot be found.',
    })
  })

  it('GetAccountPasswordPolicy finds none', async () => {
    expect(await world.call('GetAccountPasswordPolicy')).toMatchObject({
      status: 404,
      message: `The Password Policy with domain name ${accountId} cannot be found.`,
    })
  })
})

const read = (result: Parameters<typeof members>[0]) => [
  ...members(result, 'UserDetailList').map((user) => `user ${text(user, 'UserName')}`),
  ...members(result, 'GroupDetailList').map((group) => `group ${text(group, 'GroupName')}`),
  ...members(result, 'RoleDetailList').map((role) => `role ${text(role, 'RoleName')}`),
  ...members(result, 'Policies').map((policy) => `policy ${text(policy, 'PolicyName')}`),
]

describe('GetAccountAuthorizationDetails', () => {
  const PolicyArn = `arn:aws:iam::${accountId}:policy/own`
  const builtIn = 'arn:aws:iam::aws:policy/readonly'

  beforeEach(async () => {
    await world.ok('CreatePolicy', { PolicyName: 'own', PolicyDocument: document, Description: 'mine' })
    await world.ok('CreatePolicyVersion', { PolicyArn, PolicyDocument: document })
    await world.ok('CreateUser', { UserName: 'bob', PermissionsBoundary: builtIn, Tags: [{ Key: 'a', Value: 'b' }] })
    await world.ok('CreateUser', { UserName: 'carol' })
    await world.ok('CreateGroup', { GroupName: 'staff' })
    await world.ok('AddUserToGroup', { GroupName: 'staff', UserName: 'bob' })
    await world.ok('CreateRole', { RoleName: 'reader', AssumeRolePolicyDocument: trustEverybody })
    await world.ok('PutUserPolicy', { UserName: 'bob', PolicyName: 'inline', PolicyDocument: document })
    await world.ok('PutGroupPolicy', { GroupName: 'staff', PolicyName: 'inline', PolicyDocument: document })
    await world.ok('PutRolePolicy', { RoleName: 'reader', PolicyName: 'inline', PolicyDocument: document })
    for (const type of ['User', 'Group', 'Role'] as const) {
      const name = { User: 'bob', Group: 'staff', Role: 'reader' }[type]
      await world.ok(`Attach${type}Policy`, { [`${type}Name`]: name, PolicyArn })
    }
  })

  const everything = ['user bob', 'user carol', 'group staff', 'role reader', 'policy own', 'policy readonly']

  it('tells everything there is, in pages of any size', async () => {
    for (const MaxItems of [1, 2, 3, 4, 6, 7]) {
      const { items, count } = await pages(world.ok, ['GetAccountAuthorizationDetails', { MaxItems }], read)
      expect([items, count]).toEqual([everything, Math.ceil(6 / MaxItems)])
    }
  })

  it.each([
    [['User'], ['user bob', 'user carol']],
    [
      ['Role', 'Group'],
      ['group staff', 'role reader'],
    ],
    [['LocalManagedPolicy'], ['policy own']],
    [['AWSManagedPolicy'], ['policy readonly']],
  ])('of %j alone', async (Filter, expected) => {
    const { items } = await pages(world.ok, ['GetAccountAuthorizationDetails', { Filter, MaxItems: 1 }], read)
    expect(items).toEqual(expected)
  })

  it('shows what each holds', async () => {
    const result = await world.ok('GetAccountAuthorizationDetails')
    const inline = [{ PolicyName: 'inline', PolicyDocument: expect.stringMatching(/^%7B/) as string }]
    const attached = [{ PolicyName: 'own', PolicyArn }]
    const [bob, carol] = members(result, 'UserDetailList').map(plain)
    expect(bob).toMatchObject({
      Arn: `arn:aws:iam::${accountId}:user/bob`,
      UserPolicyList: inline,
      GroupList: ['staff'],
      AttachedManagedPolicies: attached,
      PermissionsBoundary: { PermissionsBoundaryArn: builtIn },
      Tags: [{ Key: 'a', Value: 'b' }],
    })
    expect(carol).toMatchObject({ UserPolicyList: '', GroupList: '', AttachedManagedPolicies: '' })
    expect(plain(members(result, 'GroupDetailList')[0]!)).toMatchObject({
      GroupPolicyList: inline,
      AttachedManagedPolicies: attached,
    })
    expect(plain(members(result, 'RoleDetailList')[0]!)).toMatchObject({
      AssumeRolePolicyDocument: expect.stringMatching(/^%7B/) as string,
      InstanceProfileList: '',
      RolePolicyList: inline,
      AttachedManagedPolicies: attached,
      RoleLastUsed: '',
    })
    expect(plain(members(result, 'Policies')[0]!)).toMatchObject({
      Arn: PolicyArn,
      AttachmentCount: '3',
      Description: 'mine',
      PolicyVersionList: [
        { VersionId: 'v2', IsDefaultVersion: 'false', Document: expect.stringMatching(/^%7B/) as string },
        { VersionId: 'v1', IsDefaultVersion: 'true' },
      ],
    })
    expect(plain(members(result, 'Policies')[1]!)).toMatchObject({ PermissionsBoundaryUsageCount: '1' })
  })

  it('refuses filters it does not know', async () => {
    expect(await world.call('GetAccountAuthorizationDetails', { Filter: ['Everything'] })).toMatchObject({
      code: 'ValidationError',
    })
  })
})
