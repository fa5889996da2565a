import { beforeEach, describe, expect, it } from 'vitest'
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
} from '../../support/iam-world.ts'
import type { IamWorld } from '../../support/iam-world.ts'

let world: IamWorld

beforeEach(async () => {
  world = await iamWorld()
})

const document = policyOf({ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' })
const arnOf = (name: string, path = '/') => `arn:aws:iam::${accountId}:policy${path}${name}`
const PolicyArn = arnOf('reader')
const builtIn = 'arn:aws:iam::aws:policy/readonly'

async function create(PolicyName = 'reader', more: Record<string, string> = {}) {
  return world.ok('CreatePolicy', { PolicyName, PolicyDocument: document, ...more })
}

const names = (result: Parameters<typeof members>[0]) =>
  members(result, 'Policies').map((policy) => text(policy, 'PolicyName'))

describe('CreatePolicy and GetPolicy', () => {
  it('answer a policy, its description only when it is asked for', async () => {
    const created = {
      PolicyName: 'reader',
      PolicyId: expect.stringMatching(/^ANPA[A-Z2-7]{17}$/) as string,
      Arn: arnOf('reader', '/team/'),
      Path: '/team/',
      DefaultVersionId: 'v1',
      AttachmentCount: '0',
      PermissionsBoundaryUsageCount: '0',
      IsAttachable: 'true',
      CreateDate: expect.any(String) as string,
      UpdateDate: expect.any(String) as string,
    }
    expect(plain(at(await create('reader', { Path: '/team/', Description: 'reads' }), 'Policy'))).toEqual(created)
    const shown = await world.ok('GetPolicy', { PolicyArn: arnOf('reader', '/team/') })
    expect(plain(at(shown, 'Policy'))).toEqual({ ...created, Description: 'reads', Tags: '' })
    expect(plain(members(await world.ok('ListPolicies', { Scope: 'Local' }), 'Policies')[0]!)).toEqual(created)
  })

  it('have built-in policies, of every account', async () => {
    const shown = plain(at(await world.ok('GetPolicy', { PolicyArn: builtIn }), 'Policy'))
    expect(shown).toMatchObject({ PolicyName: 'readonly', Arn: builtIn, Path: '/', IsAttachable: 'true' })
    const version = at(await world.ok('GetPolicyVersion', { PolicyArn: builtIn, VersionId: 'v1' }), 'PolicyVersion')
    expect(JSON.parse(decodeURIComponent(text(version, 'Document')))).toMatchObject({ Version: '2012-10-17' })
    expect(members(await world.ok('ListPolicyVersions', { PolicyArn: builtIn }), 'Versions')).toHaveLength(1)
  })

  it('tell names apart without case and path', async () => {
    await create()
    expect(
      await world.call('CreatePolicy', { PolicyName: 'READER', Path: '/x/', PolicyDocument: document }),
    ).toMatchObject({
      status: 409,
      code: 'EntityAlreadyExists',
      message: 'A policy called READER already exists. Duplicate names are not allowed.',
    })
  })

  it.each([
    [{ PolicyDocument: '{' }, 400, 'MalformedPolicyDocument'],
    [
      { PolicyDocument: policyOf({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }) },
      400,
      'MalformedPolicyDocument',
    ],
    [{ PolicyDocument: 'é'.repeat(3) + '\u2014' }, 400, 'ValidationError'],
    [{ PolicyDocument: `${document.slice(0, -1)}${' '.repeat(9000)}}` }, 200, ''],
    [
      { PolicyDocument: policyOf({ Effect: 'Allow', Action: 's3:*', Resource: `arn:aws:s3:::b/${'k'.repeat(6144)}` }) },
      409,
      'LimitExceeded',
    ],
    [{ Path: 'x' }, 400, 'ValidationError'],
    [{ Path: '/a b/' }, 400, 'ValidationError'],
    [{ PolicyName: 'a b' }, 400, 'ValidationError'],
    [{ Description: 'd'.repeat(1001) }, 400, 'ValidationError'],
  ])('with %o answer %i %s', async (parameters, status, code) => {
    const given = { PolicyName: 'reader', PolicyDocument: document, ...parameters }
    expect(await world.call('CreatePolicy', given)).toMatchObject({ status, code })
  })

  it.each([
    [arnOf('none'), 404, 'NoSuchEntity', `Policy ${arnOf('none')} was not found.`],
    ['arn:aws:iam::aws:policy/none', 404, 'NoSuchEntity', 'Policy arn:aws:iam::aws:policy/none was not found.'],
    ['arn:aws:s3:::bucket/not-a-policy', 400, 'InvalidInput', 'ARN arn:aws:s3:::bucket/not-a-policy is not valid.'],
    ['short', 400, 'ValidationError', /greater than or equal to 20/],
    ['longenoughbutnoarn-at-all', 400, 'ValidationError', 'ARN longenoughbutnoarn-at-all is not valid.'],
  ])('of %s is %i %s', async (arn, status, code, message) => {
    const reply = await world.call('GetPolicy', { PolicyArn: arn })
    expect(reply).toMatchObject({ status, code })
    expect(reply.message).toMatch(message)
  })

  it('know nothing of the policies of other accounts', async () => {
    await create()
    expect(await world.as(otherRootKey)('GetPolicy', { PolicyArn })).toMatchObject({ code: 'NoSuchEntity' })
    expect(await world.as(otherRootKey)('DeletePolicy', { PolicyArn })).toMatchObject({ code: 'NoSuchEntity' })
  })

  it('refuse one more than an account may have', async () => {
    const insert = world.sqlite.prepare(
      `INSERT INTO policies (policy_arn, policy_id, account_id, name, path, created_ms, updated_ms, default_version,
         last_version) VALUES (?1, ?1, ?2, ?1, '/', 1, 1, 1, 1)`,
    )
    for (let number = 0; number < 1500; number++) insert.run(`p${number}`, accountId)
    expect(await world.call('CreatePolicy', { PolicyName: 'one-more', PolicyDocument: document })).toMatchObject({
      code: 'LimitExceeded',
      message: 'Cannot exceed quota for PoliciesPerAccount: 1500',
    })
    expect(world.sqlite.prepare('SELECT count(*) AS n FROM policy_versions').get()).toEqual({ n: 0 })
  })
})

const newVersion = (more: Record<string, string | boolean> = {}) =>
  world.call('CreatePolicyVersion', { PolicyArn, PolicyDocument: document, ...more })
const listed = async () =>
  members(await world.ok('ListPolicyVersions', { PolicyArn }), 'Versions').map((version) => {
    return `${text(version, 'VersionId')}${text(version, 'IsDefaultVersion') === 'true' ? ' default' : ''}`
  })

describe('versions of a policy', () => {
  beforeEach(() => create())

  it('are five at most, numbered for ever', async () => {
    for (let number = 2; number <= 5; number++) {
      expect(text((await newVersion()).result, 'PolicyVersion', 'VersionId')).toBe(`v${number}`)
    }
    expect(await newVersion()).toMatchObject({
      status: 409,
      code: 'LimitExceeded',
      message:
        'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
    })
    await world.ok('DeletePolicyVersion', { PolicyArn, VersionId: 'v5' })
    expect(text((await newVersion()).result, 'PolicyVersion', 'VersionId')).toBe('v6')
    expect(await listed()).toEqual(['v6', 'v4', 'v3', 'v2', 'v1 default'])
  })

  it('are listed in pages, the newest first', async () => {
    await newVersion()
    await newVersion()
    const { items, count } = await pages(world.ok, ['ListPolicyVersions', { PolicyArn, MaxItems: 2 }], (result) =>
      members(result, 'Versions').map((version) => text(version, 'VersionId')),
    )
    expect([items, count]).toEqual([['v3', 'v2', 'v1'], 2])
  })

  it('become the default one when it is asked', async () => {
    const other = policyOf({ Effect: 'Deny', Action: '*', Resource: '*' })
    const added = await newVersion({ PolicyDocument: other, SetAsDefault: true })
    expect(plain(at(added.result, 'PolicyVersion'))).toEqual({
      VersionId: 'v2',
      IsDefaultVersion: 'true',
      CreateDate: expect.any(String) as string,
    })
    expect(text(await world.ok('GetPolicy', { PolicyArn }), 'Policy', 'DefaultVersionId')).toBe('v2')
    const shown = at(await world.ok('GetPolicyVersion', { PolicyArn, VersionId: 'v2' }), 'PolicyVersion')
    expect(decodeURIComponent(text(shown, 'Document'))).toBe(other)
    await world.ok('SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v1' })
    expect(await listed()).toEqual(['v2', 'v1 default'])
    expect(await world.call('DeletePolicyVersion', { PolicyArn, VersionId: 'v1' })).toMatchObject({
      status: 409,
      code: 'DeleteConflict',
      message: 'Cannot delete the default version of a policy.',
    })
  })

  it.each(['GetPolicyVersion', 'SetDefaultPolicyVersion', 'DeletePolicyVersion'])(
    '%s says what is not there',
    async (action) => {
      expect(await world.call(action, { PolicyArn, VersionId: 'v7' })).toMatchObject({
        status: 404,
        code: 'NoSuchEntity',
        message: `Policy ${PolicyArn} version v7 does not exist or is not attachable.`,
      })
      expect(await world.call(action, { PolicyArn: arnOf('none'), VersionId: 'v1' })).toMatchObject({
        message: `Policy ${arnOf('none')} version v1 does not exist or is not attachable.`,
      })
      expect(await world.call(action, { PolicyArn, VersionId: '7' })).toMatchObject({
        status: 400,
        code: 'ValidationError',
      })
    },
  )

  it('count for who holds the policy, at once', async () => {
    const bob = await world.user('bob')
    await world.ok('AttachUserPolicy', { UserName: 'bob', PolicyArn })
    expect(await world.as(bob)('ListUsers')).toMatchObject({ status: 403 })
    await newVersion({
      PolicyDocument: policyOf({ Effect: 'Allow', Action: 'iam:*', Resource: '*' }),
      SetAsDefault: true,
    })
    expect(await world.as(bob)('ListUsers')).toMatchObject({ status: 200 })
    await world.ok('SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v1' })
    expect(await world.as(bob)('ListUsers')).toMatchObject({ status: 403 })
  })
})

describe('DeletePolicy', () => {
  it('wants what uses the policy gone first', async () => {
    await create()
    await world.ok('CreateUser', { UserName: 'bob' })
    await world.ok('AttachUserPolicy', { UserName: 'bob', PolicyArn })
    const conflict = async () => (await world.call('DeletePolicy', { PolicyArn })).message
    expect(await conflict()).toBe('Cannot delete a policy attached to entities.')
    await world.ok('DetachUserPolicy', { UserName: 'bob', PolicyArn })
    await world.ok('PutUserPermissionsBoundary', { UserName: 'bob', PermissionsBoundary: PolicyArn })
    expect(await conflict()).toBe('Cannot delete a policy used as a permissions boundary.')
    await world.ok('DeleteUserPermissionsBoundary', { UserName: 'bob' })
    await world.ok('CreatePolicyVersion', { PolicyArn, PolicyDocument: document })
    expect(await world.call('DeletePolicy', { PolicyArn })).toMatchObject({ status: 409, code: 'DeleteConflict' })
    expect(await conflict()).toMatch(/^This policy has more than one version\./)
    await world.ok('DeletePolicyVersion', { PolicyArn, VersionId: 'v2' })
    await world.ok('DeletePolicy', { PolicyArn })
    expect(await world.call('DeletePolicy', { PolicyArn })).toMatchObject({ status: 404 })
    expect(world.sqlite.prepare('SELECT count(*) AS n FROM policy_versions').get()).toEqual({ n: 0 })
  })

  it.each([
    ['DeletePolicy', {}],
    ['CreatePolicyVersion', { PolicyDocument: document }],
    ['DeletePolicyVersion', { VersionId: 'v1' }],
    ['SetDefaultPolicyVersion', { VersionId: 'v1' }],
    ['TagPolicy', { Tags: [{ Key: 'a', Value: 'b' }] }],
    ['UntagPolicy', { TagKeys: ['a'] }],
  ])('and %s change nothing that is built in', async (action, parameters) => {
    expect(await world.call(action, { PolicyArn: builtIn, ...parameters })).toMatchObject({
      status: 403,
      code: 'AccessDenied',
      message:
        `User: arn:aws:iam::${accountId}:root is not authorized to perform: iam:${action} ` +
        `on resource: policy ${builtIn}`,
    })
  })
})

describe('ListPolicies', () => {
  beforeEach(async () => {
    await create('zebra')
    await create('Apple', { Path: '/fruit/' })
    await world.ok('CreateUser', { UserName: 'bob' })
    await world.ok('AttachUserPolicy', { UserName: 'bob', PolicyArn: arnOf('Apple', '/fruit/') })
    await world.ok('AttachUserPolicy', { UserName: 'bob', PolicyArn: builtIn })
    await world.ok('PutUserPermissionsBoundary', { UserName: 'bob', PermissionsBoundary: arnOf('zebra') })
  })

  it('lists the built-in ones and then the account’s own', async () => {
    const all = names(await world.ok('ListPolicies'))
    const ofAws = names(await world.ok('ListPolicies', { Scope: 'AWS' }))
    expect(ofAws).toEqual(expect.arrayContaining(['consoleAdmin', 'diagnostics', 'readonly', 'readwrite', 'writeonly']))
    expect(names(await world.ok('ListPolicies', { Scope: 'Local' }))).toEqual(['Apple', 'zebra'])
    expect(all).toEqual([...ofAws, 'Apple', 'zebra'])
    for (const MaxItems of [1, 2, 5, ofAws.length, ofAws.length + 1]) {
      const { items, count } = await pages(world.ok, ['ListPolicies', { MaxItems }], names)
      expect([items, count]).toEqual([all, Math.ceil(all.length / MaxItems)])
    }
  })

  it.each([
    [{ OnlyAttached: true }, ['readonly', 'Apple']],
    [{ OnlyAttached: 'TRUE', Scope: 'Local' }, ['Apple']],
    [{ PolicyUsageFilter: 'PermissionsPolicy' }, ['readonly', 'Apple']],
    [{ PolicyUsageFilter: 'PermissionsBoundary' }, ['zebra']],
    [{ PathPrefix: '/fruit/' }, ['Apple']],
    [{ PathPrefix: '/fruit/', Scope: 'AWS' }, []],
    [{ OnlyAttached: true, MaxItems: 1, Scope: 'Local' }, ['Apple']],
  ])('with %j lists %j', async (parameters, expected) => {
    expect(names(await world.ok('ListPolicies', parameters))).toEqual(expected)
  })

  it.each([
    [{ Scope: 'Mine' }, 'ValidationError'],
    [{ OnlyAttached: 'yes' }, 'MalformedInput'],
    [{ PolicyUsageFilter: 'x' }, 'ValidationError'],
  ])('refuses %j', async (parameters, code) => {
    expect(await world.call('ListPolicies', parameters)).toMatchObject({ status: 400, code })
  })

  it('counts uses', async () => {
    expect(plain(at(await world.ok('GetPolicy', { PolicyArn: builtIn }), 'Policy'))).toMatchObject({
      AttachmentCount: '1',
    })
    expect(plain(at(await world.ok('GetPolicy', { PolicyArn: arnOf('zebra') }), 'Policy'))).toMatchObject({
      AttachmentCount: '0',
      PermissionsBoundaryUsageCount: '1',
    })
    // Of this account alone.
    const { result } = await world.as(otherRootKey)('GetPolicy', { PolicyArn: builtIn })
    expect(plain(at(result, 'Policy'))).toMatchObject({ AttachmentCount: '0' })
  })
})
