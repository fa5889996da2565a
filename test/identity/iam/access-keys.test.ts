import { beforeEach, describe, expect, it, vi } from 'vitest'
import { keyLookup } from '../../../src/store/tables/access-keys.ts'
import { accountId, at, iamWorld, members, otherRootKey, pages, plain, text } from '../../support/iam-world.ts'
import type { IamWorld } from '../../support/iam-world.ts'

let world: IamWorld

beforeEach(async () => {
  world = await iamWorld()
  await world.ok('CreateUser', { UserName: 'bob' })
})

async function createKey(UserName = 'bob'): Promise<string> {
  return text(await world.ok('CreateAccessKey', { UserName }), 'AccessKey', 'AccessKeyId')
}

describe('CreateAccessKey', () => {
  it('makes a key that signs as the user', async () => {
    const reply = await world.call('CreateAccessKey', { UserName: 'BOB' })
    const key = plain(at(reply.result, 'AccessKey')) as Record<string, string>
    expect(key).toEqual({
      UserName: 'bob',
      AccessKeyId: expect.stringMatching(/^AKIA[A-Z2-7]{16}$/) as string,
      Status: 'Active',
      SecretAccessKey: expect.stringMatching(/^[A-Za-z0-9/+]{40}$/) as string,
      CreateDate: expect.any(String) as string,
    })
    const known = await keyLookup(world.env)(key['AccessKeyId']!, null)
    expect(known).toMatchObject({
      secret: key['SecretAccessKey'],
      disabled: false,
      identity: { accountId, isRoot: false, principal: { type: 'User', username: 'bob' }, session: null },
    })
    expect(world.log.join('\n')).not.toContain(key['SecretAccessKey'])
    expect(JSON.stringify(world.sqlite.prepare('SELECT * FROM access_keys').all())).not.toContain(
      key['SecretAccessKey'],
    )
  })

  it('makes two for a user', async () => {
    await createKey()
    await createKey()
    expect(await world.call('CreateAccessKey', { UserName: 'bob' })).toMatchObject({
      status: 409,
      code: 'LimitExceeded',
      message: 'Cannot exceed quota for AccessKeysPerUser: 2',
    })
    await world.ok('CreateUser', { UserName: 'carol' })
    await createKey('carol')
  })

  it('makes one for who asks: the account itself, or the user', async () => {
    const key = plain(at(await world.ok('CreateAccessKey'), 'AccessKey')) as Record<string, string>
    expect(key).not.toHaveProperty('UserName')
    const call = world.as({ accessKeyId: key['AccessKeyId']!, secretAccessKey: key['SecretAccessKey']! })
    expect(text((await call('GetUser')).result, 'User', 'Arn')).toBe(`arn:aws:iam::${accountId}:root`)
    const carol = await world.user('carol')
    await world.allow('carol', {
      Effect: 'Allow',
      Action: 'iam:*AccessKey*',
      Resource: `arn:aws:iam::*:user/\${aws:username}`,
    })
    const own = await world.as(carol)('CreateAccessKey')
    expect(text(own.result, 'AccessKey', 'UserName')).toBe('carol')
    expect(await world.as(carol)('CreateAccessKey', { UserName: 'bob' })).toMatchObject({ status: 403 })
  })
})

describe('ListAccessKeys', () => {
  it('lists the keys of a user, without secrets, in pages', async () => {
    const ids = [await createKey(), await createKey()].toSorted()
    const { items, count } = await pages(world.ok, ['ListAccessKeys', { UserName: 'bob', MaxItems: 1 }], (result) =>
      members(result, 'AccessKeyMetadata').map(plain),
    )
    expect(count).toBe(2)
    expect(items).toEqual(
      ids.map((id) => ({
        UserName: 'bob',
        AccessKeyId: id,
        Status: 'Active',
        CreateDate: expect.any(String) as string,
      })),
    )
    expect(await world.call('ListAccessKeys', { UserName: 'none' })).toMatchObject({ code: 'NoSuchEntity' })
  })

  it('lists those of the account itself for the account itself', async () => {
    await createKey()
    const listed = members(await world.ok('ListAccessKeys'), 'AccessKeyMetadata')
    expect(listed.map((key) => text(key, 'AccessKeyId'))).toEqual(['ACCOUNTROOTKEY00'])
  })
})

describe('UpdateAccessKey and DeleteAccessKey', () => {
  it('switch a key off and on, and end it', async () => {
    const id = await createKey()
    const disabled = async () => (await keyLookup(world.env)(id, null)) as { disabled: boolean } | null
    await world.ok('UpdateAccessKey', { UserName: 'bob', AccessKeyId: id, Status: 'Inactive' })
    expect(await disabled()).toMatchObject({ disabled: true })
    const [listed] = members(await world.ok('ListAccessKeys', { UserName: 'bob' }), 'AccessKeyMetadata')
    expect(text(listed!, 'Status')).toBe('Inactive')
    await world.ok('UpdateAccessKey', { UserName: 'bob', AccessKeyId: id, Status: 'Active' })
    expect(await disabled()).toMatchObject({ disabled: false })
    await world.ok('DeleteAccessKey', { UserName: 'bob', AccessKeyId: id })
    expect(await disabled()).toBeNull()
  })

  it('know no keys of others', async () => {
    const id = await createKey()
    await world.ok('CreateUser', { UserName: 'carol' })
    const missing = { status: 404, code: 'NoSuchEntity', message: `The Access Key with id ${id} cannot be found.` }
    for (const [action, more] of [
      ['DeleteAccessKey', {}],
      ['UpdateAccessKey', { Status: 'Inactive' }],
    ] as const) {
      expect(await world.call(action, { UserName: 'carol', AccessKeyId: id, ...more })).toMatchObject(missing)
      // Of the account itself, where nobody is named.
      expect(await world.call(action, { AccessKeyId: id, ...more })).toMatchObject(missing)
      expect(await world.as(otherRootKey)(action, { AccessKeyId: id, ...more })).toMatchObject(missing)
    }
    expect(await keyLookup(world.env)(id, null)).toMatchObject({ disabled: false })
  })

  it.each([
    [{ AccessKeyId: 'short', Status: 'Active' }, /greater than or equal to 16/],
    [
      { AccessKeyId: 'AKIAIOSFODNN7EXAMPLE', Status: 'Asleep' },
      /'status' failed to satisfy constraint: Member must satisfy enum value set$/,
    ],
    [{ AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' }, /'status'/],
  ])('refuse %j', async (parameters, message) => {
    const reply = await world.call('UpdateAccessKey', { UserName: 'bob', ...parameters })
    expect(reply).toMatchObject({ status: 400, code: 'ValidationError' })
    expect(reply.message).toMatch(message)
  })
})

describe('GetAccessKeyLastUsed', () => {
  it('tells when, for what and where; recorded at most once a minute', async () => {
    const { accessKeyId, secretAccessKey } = await world.user('carol')
    const lastUsed = async () => plain((await world.call('GetAccessKeyLastUsed', { AccessKeyId: accessKeyId })).result)
    expect(await lastUsed()).toEqual({
      UserName: 'carol',
      AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' },
    })
    const call = world.as({ accessKeyId, secretAccessKey })
    const used = async (date: string) => {
      vi.setSystemTime(date)
      await call('GetUser')
      await Promise.all(world.background)
      return (await lastUsed()) as { AccessKeyLastUsed: object }
    }
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      const first = { LastUsedDate: '2026-05-01T10:00:00Z', ServiceName: 'iam', Region: 'eu-west-3' }
      expect((await used('2026-05-01T10:00:00.900Z')).AccessKeyLastUsed).toEqual(first)
      expect((await used('2026-05-01T10:00:59Z')).AccessKeyLastUsed).toEqual(first)
      expect((await used('2026-05-01T10:01:02Z')).AccessKeyLastUsed).toMatchObject({
        LastUsedDate: '2026-05-01T10:01:02Z',
      })
    } finally {
      vi.useRealTimers()
    }
  })

  it('denies keys that are not of the account, there or not', async () => {
    const id = await createKey()
    for (const [call, key] of [
      [world.as(otherRootKey), id],
      [world.call, 'AKIAIOSFODNN7EXAMPLE'],
    ] as const) {
      const reply = await call('GetAccessKeyLastUsed', { AccessKeyId: key })
      expect(reply).toMatchObject({ status: 403, code: 'AccessDenied' })
      expect(reply.message).toMatch(
        new RegExp(`is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key ${key}$`),
      )
    }
  })

  it('is no reason for a request to fail', async () => {
    const carol = await world.user('carol')
    world.sqlite.exec("CREATE TRIGGER broken BEFORE UPDATE ON access_keys BEGIN SELECT RAISE(ABORT, 'broken'); END")
    expect(await world.as(carol)('GetUser')).toMatchObject({ code: 'AccessDenied' })
    await Promise.all(world.background)
    expect(world.log.some((line) => line.includes('was not recorded'))).toBe(true)
  })
})
