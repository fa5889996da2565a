import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import type { AccessKey, Identity } from '../../../src/auth/identity.ts'
import { keyLookup } from '../../../src/store/tables/access-keys.ts'
import { updateAccount } from '../../../src/store/tables/accounts.ts'
import { allows, StsWorld, trusts, type Credentials, type Signer } from './sts-world.ts'

const home = '111111111111'
const away = '222222222222'
const world = new StsWorld()
const signers: Record<string, Signer> = {}

beforeAll(async () => {
  signers['account'] = await world.account(home)
  signers['stranger'] = await world.account(away)
  signers['alice'] = await world.user(home, 'alice')
  signers['bob'] = await world.user(home, 'bob', allows('sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'))
  const denied = '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"sts:AssumeRole","Resource":"*"}}'
  signers['carol'] = await world.user(home, 'carol', denied)
  signers['dave'] = await world.user(away, 'dave', allows('sts:AssumeRole'))
  signers['erin'] = await world.user(away, 'erin')
})

const signer = (name: string): Signer => signers[name] as Signer

function assume(roleArn: string, by: Credentials, more: Record<string, string> = {}) {
  const asked = { Action: 'AssumeRole', RoleArn: roleArn, RoleSessionName: 'job-7', ...more }
  return world.call(asked, by)
}

/** Text that cannot be packed into less than half of its room. */
function noise(length: number): string {
  return randomBytes(length).toString('hex').slice(0, length)
}

/** Whose the credentials are, as the next request would be told. */
async function identityOf({ accessKeyId, sessionToken }: Credentials): Promise<Extract<Identity, { kind: 'account' }>> {
  const key = (await keyLookup(world.env)(accessKeyId, sessionToken ?? null)) as AccessKey
  return key.identity as Extract<Identity, { kind: 'account' }>
}

describe('AssumeRole', () => {
  it('makes a session of the role', async () => {
    const role = await world.role(home, 'reader', { trust: trusts({ AWS: signer('alice').arn }), path: '/ci/' })
    const before = Date.now()
    const answer = await assume(role.arn, signer('alice'), { DurationSeconds: '900' })
    expect(answer.error).toBeNull()
    const arn = `arn:aws:sts::${home}:assumed-role/reader/job-7`
    expect(answer.text('AssumedRoleUser', 'Arn')).toBe(arn)
    expect(answer.text('AssumedRoleUser', 'AssumedRoleId')).toBe(`${role.roleId}:job-7`)
    expect(answer.text('PackedPolicySize')).toBeNull()
    expect(answer.text('Credentials', 'Expiration')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    const identity = await identityOf(answer.credentials())
    expect(identity).toMatchObject({
      accountId: home,
      canonicalId: `canonical ${home}`,
      displayName: `name ${home}`,
      isRoot: false,
      principal: { type: 'AssumedRole', arn, roleArn: role.arn, roleId: role.roleId, sessionName: 'job-7' },
      session: { policies: [], tags: {}, sourceIdentity: null, federatedProvider: null },
    })
    const { issued, expires } = identity.session ?? { issued: 0, expires: 0 }
    expect(issued).toBeGreaterThanOrEqual(before)
    expect(expires - (issued ?? 0)).toBe(900_000)
    const who = await world.call({ Action: 'GetCallerIdentity' }, answer.credentials())
    expect([who.text('Arn'), who.text('UserId'), who.text('Account')]).toEqual([arn, `${role.roleId}:job-7`, home])
  })

  const account = { AWS: `arn:aws:iam::${home}:root` }
  const other = { AWS: away }
  const named = (name: string) => ({
    AWS: `arn:aws:iam::${name === 'dave' || name === 'erin' ? away : home}:user/${name}`,
  })

  it.each<[string, unknown, string, boolean]>([
    ['within the account, the user named', named('alice'), 'alice', true],
    ['within the account, another user named', named('alice'), 'bob', false],
    ['within the account, the user named and denied by its own policy', named('carol'), 'carol', false],
    ['within the account, the account named and the user allowed', account, 'bob', true],
    ['within the account, the account named and the user not allowed', account, 'alice', false],
    ['within the account, nobody named: an own policy is not enough', other, 'bob', false],
    ['across accounts, the account named and the user allowed', other, 'dave', true],
    ['across accounts, the account named and the user not allowed', other, 'erin', false],
    ['across accounts, the user named and allowed', named('dave'), 'dave', true],
    ['across accounts, the user named and not allowed', named('erin'), 'erin', false],
    ['across accounts, the user allowed and not trusted', account, 'dave', false],
    ['the account itself, named', account, 'account', true],
    ['the account itself, not named', other, 'account', false],
    ['another account itself, named', other, 'stranger', true],
  ])('%s', async (name, principal, by, isAllowed) => {
    const role = await world.role(home, name.replaceAll(/\W/g, '').slice(0, 60), { trust: trusts(principal) })
    const { error } = await assume(role.arn, signer(by))
    const refusal = {
      code: 'AccessDenied',
      message: `User: ${signer(by).arn} is not authorized to perform: sts:AssumeRole on resource: ${role.arn}`,
    }
    expect(error).toEqual(isAllowed ? null : refusal)
  })

  it('tells nothing of a role that is not there, of another path or case, or of a disabled account', async () => {
    await world.role(home, 'Somewhere', { trust: trusts(account), path: '/a/' })
    for (const name of ['a/nowhere', 'Somewhere', 'b/Somewhere', 'a/somewhere']) {
      const arn = `arn:aws:iam::${home}:role/${name}`
      expect((await assume(arn, signer('bob'))).error).toEqual({
        code: 'AccessDenied',
        message: `User: ${signer('bob').arn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
      })
    }
    expect((await assume(`arn:aws:iam::${home}:role/a/Somewhere`, signer('bob'))).error).toBeNull()
    const closed = '333333333333'
    await world.account(closed)
    const role = await world.role(closed, 'closed', { trust: trusts({ AWS: away }) })
    expect((await assume(role.arn, signer('dave'))).error).toBeNull()
    await updateAccount(world.env, closed, { isDisabled: true })
    expect((await assume(role.arn, signer('dave'))).error).toMatchObject({ code: 'AccessDenied' })
  })

  it.each<[string, Record<string, unknown>, Record<string, string>, boolean]>([
    ['the external id', { 'sts:ExternalId': 'x-1' }, { ExternalId: 'x-1' }, true],
    ['another external id', { 'sts:ExternalId': 'x-1' }, { ExternalId: 'x-2' }, false],
    ['no external id', { 'sts:ExternalId': 'x-1' }, {}, false],
    ['the session name', { 'sts:RoleSessionName': 'job-7' }, {}, true],
    ['another session name', { 'sts:RoleSessionName': 'job-8' }, {}, false],
    ['a user by variable', { 'sts:RoleSessionName': '${aws:username}' }, { RoleSessionName: 'bob' }, true],
    ['a source identity', { 'sts:SourceIdentity': 'bob' }, { SourceIdentity: 'bob' }, true],
    ['another source identity', { 'sts:SourceIdentity': 'bob' }, { SourceIdentity: 'eve' }, false],
    ['a tag', { 'aws:RequestTag/team': 'a' }, { 'Tags.member.1.Key': 'Team', 'Tags.member.1.Value': 'a' }, true],
    ['another tag', { 'aws:RequestTag/team': 'b' }, { 'Tags.member.1.Key': 'Team', 'Tags.member.1.Value': 'a' }, false],
    ['a tag key', { 'aws:TagKeys': 'Team' }, { 'Tags.member.1.Key': 'Team', 'Tags.member.1.Value': 'a' }, true],
    [
      'a transitive key',
      { 'sts:TransitiveTagKeys': 'Team' },
      { 'Tags.member.1.Key': 'Team', 'Tags.member.1.Value': 'a', 'TransitiveTagKeys.member.1': 'Team' },
      true,
    ],
    [
      'a key that is not transitive',
      { 'sts:TransitiveTagKeys': 'Team' },
      { 'Tags.member.1.Key': 'Team', 'Tags.member.1.Value': 'a' },
      false,
    ],
    ['who asks', { 'aws:PrincipalArn': `arn:aws:iam::${home}:user/bob` }, {}, true],
    ['who does not ask', { 'aws:PrincipalArn': `arn:aws:iam::${home}:user/alice` }, {}, false],
    ["the role's tag", { 'aws:ResourceTag/stage': 'test' }, {}, true],
    ['another tag of the role', { 'iam:ResourceTag/stage': 'live' }, {}, false],
  ])('hears a condition on %s', async (name, equals, more, isAllowed) => {
    const trust = trusts(account, {
      Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
      Condition: { StringEquals: equals },
    })
    const role = await world.role(home, `if-${name.replaceAll(/\W/g, '')}`, { trust, tags: { Stage: 'test' } })
    expect((await assume(role.arn, signer('bob'), more)).error?.code ?? null).toBe(isAllowed ? null : 'AccessDenied')
  })

  it('needs a permission of its own for tags, and for a source identity', async () => {
    const role = await world.role(home, 'plain', { trust: trusts(account) })
    const tag = { 'Tags.member.1.Key': 'a', 'Tags.member.1.Value': 'b' }
    expect((await assume(role.arn, signer('bob'), tag)).error?.message).toMatch(
      /not authorized to perform: sts:TagSession on/,
    )
    const identified = { SourceIdentity: 'bob' }
    expect((await assume(role.arn, signer('bob'), identified)).error?.message).toMatch(
      /perform: sts:SetSourceIdentity on/,
    )
  })

  it('lasts no longer than the role allows', async () => {
    const role = await world.role(home, 'long', { trust: trusts(account), maxSessionSeconds: 7200 })
    expect((await assume(role.arn, signer('bob'), { DurationSeconds: '7200' })).error).toBeNull()
    expect((await assume(role.arn, signer('bob'), { DurationSeconds: '7201' })).error).toEqual({
      code: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    })
    // Not told to who may not assume it.
    expect((await assume(role.arn, signer('alice'), { DurationSeconds: '7201' })).error?.code).toBe('AccessDenied')
  })

  it.each<[string, Record<string, string>, string, RegExp]>([
    [
      'a role ARN that is none',
      { RoleArn: 'arn:aws:iam::111111111111:user/x' },
      'ValidationError',
      /^Request ARN is invalid$/,
    ],
    ['an empty role ARN', { RoleArn: '' }, 'ValidationError', /'roleArn'/],
    ['no session name', { RoleSessionName: '' }, 'ValidationError', /'roleSessionName'/],
    ['an external id of one letter', { ExternalId: 'x' }, 'ValidationError', /'externalId'/],
    [
      'a device',
      { SerialNumber: 'GAHT12345678', TokenCode: '123456' },
      'AccessDenied',
      /^MultiFactorAuthentication failed/,
    ],
    ['a policy that is none', { Policy: '{' }, 'MalformedPolicyDocument', /./],
    [
      'a policy that is too long',
      { Policy: `${allows('s3:*')}${' '.repeat(2048)}` },
      'ValidationError',
      /'policy' .* 2048/,
    ],
    [
      'a policy that is not there',
      { 'PolicyArns.member.1.arn': `arn:aws:iam::${home}:policy/x` },
      'ValidationError',
      /does not exist/,
    ],
  ])('refuses %s', async (_name, more, code, message) => {
    const role = await world.role(home, `r${Math.random()}`, { trust: trusts(account) })
    expect((await assume(role.arn, signer('bob'), more)).error).toEqual({
      code,
      message: expect.stringMatching(message),
    })
  })
})

describe('session policies', () => {
  it('are in the session: the inline one, and managed ones as they stand', async () => {
    const trust = trusts({ AWS: signer('alice').arn })
    const role = await world.role(home, 'bounded', { trust })
    const inline = allows('s3:GetObject')
    const managed = await world.managedPolicy(home, 'lists', allows('s3:ListBucket'))
    const answer = await assume(role.arn, signer('alice'), { Policy: inline, 'PolicyArns.member.1.arn': managed })
    expect(Number(answer.text('PackedPolicySize'))).toBeGreaterThan(0)
    const { session } = await identityOf(answer.credentials())
    expect(session?.policies).toEqual([inline, allows('s3:ListBucket')])
  })

  it('of another account are not there', async () => {
    const role = await world.role(home, 'bounded2', { trust: trusts({ AWS: signer('alice').arn }) })
    const foreign = await world.managedPolicy(away, 'foreign', allows('s3:*'))
    const answer = await assume(role.arn, signer('alice'), { 'PolicyArns.member.1.arn': foreign })
    expect(answer.error).toMatchObject({
      code: 'ValidationError',
      message: `Policy ${foreign} does not exist or is not attachable.`,
    })
  })

  it('bound what the session may do', async () => {
    const trust = trusts({ AWS: [signer('alice').arn, `arn:aws:iam::${home}:role/bound3`] })
    const role = await world.role(home, 'bound3', { trust, policy: allows('sts:*') })
    const free = (await assume(role.arn, signer('alice'))).credentials()
    const bound = (await assume(role.arn, signer('alice'), { Policy: allows('s3:*') })).credentials()
    const info = { Action: 'GetAccessKeyInfo', AccessKeyId: free.accessKeyId }
    expect((await world.call(info, free)).text('Account')).toBe(home)
    expect((await world.call(info, bound)).error?.code).toBe('AccessDenied')
  })

  it('have a limit when packed', async () => {
    const trust = trusts({ AWS: signer('bob').arn }, { Action: ['sts:AssumeRole', 'sts:TagSession'] })
    const role = await world.role(home, 'packed', { trust })
    const tags: Record<string, string> = {}
    for (let index = 1; index <= 50; index++) {
      tags[`Tags.member.${index}.Key`] = `${index}${noise(100)}`
      tags[`Tags.member.${index}.Value`] = noise(256)
    }
    expect((await assume(role.arn, signer('bob'), tags)).error).toEqual({
      code: 'PackedPolicyTooLarge',
      message: expect.stringMatching(/^Packed size of session tags consumes \d{3}% of allotted space\.$/),
    })
  })
})

async function chain(name: string, actions = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']) {
  const all = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']
  const first = await world.role(home, `${name}1`, {
    trust: trusts({ AWS: signer('bob').arn }, { Action: all }),
    maxSessionSeconds: 43_200,
  })
  const trust = trusts({ AWS: first.arn }, { Action: actions })
  const second = await world.role(home, `${name}2`, { trust, maxSessionSeconds: 43_200 })
  return { first, second }
}

describe('a chain of roles', () => {
  const tagged = {
    'Tags.member.1.Key': 'Team',
    'Tags.member.1.Value': 'a',
    'Tags.member.2.Key': 'Job',
    'Tags.member.2.Value': 'b',
    'TransitiveTagKeys.member.1': 'team',
    SourceIdentity: 'bob',
  }

  it('lasts an hour at most', async () => {
    const { first, second } = await chain('hour')
    const session = (await assume(first.arn, signer('bob'), { DurationSeconds: '7200' })).credentials()
    expect((await assume(second.arn, session)).error).toBeNull()
    expect((await assume(second.arn, session, { DurationSeconds: '3601' })).error).toEqual({
      code: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    })
  })

  it('hands on transitive tags and the source identity', async () => {
    const { first, second } = await chain('tags')
    const session = (await assume(first.arn, signer('bob'), tagged)).credentials()
    expect((await identityOf(session)).session).toMatchObject({
      tags: { Team: 'a', Job: 'b' },
      transitiveTagKeys: ['team'],
      sourceIdentity: 'bob',
    })
    const more = { 'Tags.member.1.Key': 'Step', 'Tags.member.1.Value': '2' }
    const answer = await assume(second.arn, session, more)
    expect(answer.text('SourceIdentity')).toBe('bob')
    expect((await identityOf(answer.credentials())).session).toMatchObject({
      tags: { Team: 'a', Step: '2' },
      transitiveTagKeys: ['Team'],
      sourceIdentity: 'bob',
    })
  })

  it('lets nobody change what was handed on', async () => {
    const { first, second } = await chain('kept')
    const session = (await assume(first.arn, signer('bob'), tagged)).credentials()
    const other = { 'Tags.member.1.Key': 'TEAM', 'Tags.member.1.Value': 'b' }
    expect((await assume(second.arn, session, other)).error?.message).toMatch(/conflicts with a transitive tag key/)
    expect((await assume(second.arn, session, { SourceIdentity: 'eve' })).error).toEqual({
      code: 'ValidationError',
      message: 'The source identity is already set for this assume role session',
    })
    expect((await assume(second.arn, session, { SourceIdentity: 'bob' })).error).toBeNull()
  })

  it('needs the permissions for what was handed on', async () => {
    const { first, second } = await chain('rights', ['sts:AssumeRole'])
    const session = (await assume(first.arn, signer('bob'), tagged)).credentials()
    expect((await assume(second.arn, session)).error?.message).toMatch(/perform: sts:TagSession on/)
  })

  it('ends when the first role is gone', async () => {
    const { first, second } = await chain('gone')
    const session = (await assume(first.arn, signer('bob'))).credentials()
    expect((await assume(second.arn, session)).error).toBeNull()
    await world.env.CONTROL.prepare('DELETE FROM entities WHERE entity_id = ?').bind(first.roleId).run()
    await updateAccount(world.env, home, { email: 'new@example.com' })
    expect((await assume(second.arn, session)).error?.code).toBe('AccessDenied')
  })
})

function own(by: Credentials, more: Record<string, string> = {}) {
  return world.call({ Action: 'AssumeRole', ...more }, by)
}

describe('AssumeRole without a role', () => {
  it('makes a session of the caller, bounded by the policy', async () => {
    const policy = allows('s3:GetObject')
    const answer = await own(signer('alice'), { Policy: policy, DurationSeconds: '900' })
    expect(answer.text('AssumedRoleUser', 'Arn')).toBe(signer('alice').arn)
    const { principal, session } = await identityOf(answer.credentials())
    expect(principal).toMatchObject({ type: 'User', username: 'alice' })
    expect(session?.policies).toEqual([policy])
    const ofAccount = await own(signer('account'))
    expect((await identityOf(ofAccount.credentials())).principal).toEqual({
      type: 'Account',
      accountId: home,
      arn: signer('account').arn,
      userId: home,
    })
  })

  it('is refused to a session, which would outlive itself', async () => {
    const session = (await own(signer('alice'), { Policy: allows('s3:*') })).credentials()
    expect((await own(session)).error?.code).toBe('AccessDenied')
  })

  it('takes no tags and no source identity: there is no role to allow them', async () => {
    for (const more of [{ SourceIdentity: 'alice' }, { 'Tags.member.1.Key': 'a', 'Tags.member.1.Value': 'b' }]) {
      expect((await own(signer('alice'), more)).error).toMatchObject({
        code: 'ValidationError',
        message: expect.stringMatching(/roleArn/),
      })
    }
  })
})
