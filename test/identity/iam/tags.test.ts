import { beforeEach, describe, expect, it } from 'vitest'
import { requestedTags, withoutTags, withTags } from '../../../src/identity/iam/tag-fields.ts'
import { QueryParameters } from '../../../src/identity/parameters.ts'
import {
  accountId,
  flatten,
  iamWorld,
  members,
  pages,
  plain,
  policyOf,
  trustEverybody,
} from '../../support/iam-world.ts'
import type { IamWorld } from '../../support/iam-world.ts'

let world: IamWorld

const issuer = `arn:aws:iam::${accountId}:oidc-provider/token.example.com`

beforeEach(async () => {
  world = await iamWorld()
  await world.ok('CreateUser', { UserName: 'bob' })
  await world.ok('CreateRole', { RoleName: 'bob', AssumeRolePolicyDocument: trustEverybody })
  await world.ok('CreatePolicy', {
    PolicyName: 'bob',
    PolicyDocument: policyOf({ Effect: 'Allow', Action: 's3:*', Resource: '*' }),
  })
  await world.ok('CreateOpenIDConnectProvider', { Url: 'https://token.example.com' })
})

const tag = (Key: string, Value = 'v') => ({ Key, Value })

describe.each([
  ['User', 'one-key', { UserName: 'bob' }, { UserName: 'none' }],
  ['Role', 'one-key', { RoleName: 'bob' }, { RoleName: 'none' }],
  [
    'Policy',
    'two-keys',
    { PolicyArn: `arn:aws:iam::${accountId}:policy/bob` },
    { PolicyArn: `arn:aws:iam::${accountId}:policy/none` },
  ],
  [
    'OpenIDConnectProvider',
    'two-keys',
    { OpenIDConnectProviderArn: issuer },
    { OpenIDConnectProviderArn: `${issuer}.none` },
  ],
])('tags of a %s (%s)', (type, keyCase, target, missing) => {
  const put = (...Tags: object[]) => world.call(`Tag${type}`, { ...target, Tags: Tags as Record<string, string>[] })
  const listed = async () => members(await world.ok(`List${type}Tags`, target), 'Tags').map(plain)

  it('are put, replaced, listed by key and removed', async () => {
    await put(tag('team', 'red'), tag('Area', ''))
    await put(tag('Team', 'blue'))
    await put(tag('Area', 'x'))
    const area = { Key: 'Area', Value: 'x' }
    const upper = { Key: 'Team', Value: 'blue' }
    const lower = { Key: 'team', Value: 'red' }
    const all = keyCase === 'one-key' ? [area, upper] : [area, upper, lower]
    expect(await listed()).toEqual(all)
    const { items, count } = await pages(world.ok, [`List${type}Tags`, { ...target, MaxItems: 1 }], (result) =>
      members(result, 'Tags').map(plain),
    )
    expect([items, count]).toEqual([all, all.length])
    await world.ok(`Untag${type}`, { ...target, TagKeys: ['TEAM', 'none'] })
    expect(await listed()).toEqual(keyCase === 'one-key' ? [area] : all)
    await world.ok(`Untag${type}`, { ...target, TagKeys: ['Team', 'team'] })
    expect(await listed()).toEqual([area])
  })

  it('have keys that are told apart, or not, by case', async () => {
    const reply = await put(tag('a'), tag('A'))
    if (keyCase === 'two-keys') expect(reply.status).toBe(200)
    else {
      expect(reply).toMatchObject({
        status: 400,
        code: 'InvalidInput',
        message: 'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      })
    }
    expect(await put(tag('b'), tag('b'))).toMatchObject({ code: 'InvalidInput' })
  })

  it('are removed by keys that could be there', async () => {
    for (const key of ['', 'k'.repeat(129), 'a*b']) {
      expect(await world.call(`Untag${type}`, { ...target, TagKeys: ['a', key] })).toMatchObject({
        status: 400,
        code: 'ValidationError',
        message:
          "1 validation error detected: Value at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: " +
          '[Member must have length less than or equal to 128, Member must have length greater than or equal to 1, ' +
          String.raw`Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+, Member must not be null]`,
      })
    }
  })

  it('are fifty at most', async () => {
    await put(...Array.from({ length: 50 }, (_, number) => tag(`k${number}`)))
    expect(await put(tag('one-more'))).toMatchObject({
      status: 409,
      code: 'LimitExceeded',
      message: 'The number of tags has reached the maximum limit.',
    })
    expect(await put(tag('k49', 'replaced'))).toMatchObject({ status: 200 })
    expect(await listed()).toHaveLength(50)
  })

  it('need something to hang on', async () => {
    const parameters = { Tags: [tag('a')], TagKeys: ['a'] }
    for (const action of [`Tag${type}`, `Untag${type}`, `List${type}Tags`]) {
      expect(await world.call(action, { ...missing, ...parameters })).toMatchObject({
        status: 404,
        code: 'NoSuchEntity',
      })
    }
  })
})

describe('tags', () => {
  it('of users and of requests are conditions', async () => {
    const carol = await world.user('carol')
    await world.allow('carol', {
      Effect: 'Allow',
      Action: ['iam:TagUser', 'iam:GetUser'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/team': 'blue' } },
    })
    const call = world.as(carol)
    expect(await call('GetUser', { UserName: 'bob' })).toMatchObject({ status: 403 })
    await world.ok('TagUser', { UserName: 'bob', Tags: [tag('Team', 'blue')] })
    expect(await call('GetUser', { UserName: 'bob' })).toMatchObject({ status: 200 })
    await world.allow('carol', {
      Effect: 'Allow',
      Action: 'iam:TagUser',
      Resource: '*',
      Condition: {
        StringEquals: { 'aws:RequestTag/team': 'blue' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': 'team' },
      },
    })
    expect(await call('TagUser', { UserName: 'bob', Tags: [tag('team', 'red')] })).toMatchObject({ status: 403 })
    expect(await call('TagUser', { UserName: 'bob', Tags: [tag('team', 'blue'), tag('x')] })).toMatchObject({
      status: 403,
    })
    expect(await call('TagUser', { UserName: 'bob', Tags: [tag('team', 'blue')] })).toMatchObject({ status: 200 })
  })

  it('that somebody else changes in between are read again', async () => {
    // The first attempt meets other tags than were read; the second does not.
    let attempts = 0
    world.sqlite.function('first_attempt', () => Number(attempts++ === 0))
    world.sqlite.exec(`CREATE TRIGGER racer BEFORE UPDATE OF tags ON entities WHEN first_attempt() BEGIN
      SELECT RAISE(IGNORE); END`)
    await world.ok('TagUser', { UserName: 'bob', Tags: [tag('a')] })
    expect(attempts).toBe(2)
    world.sqlite.exec(`DROP TRIGGER racer; CREATE TRIGGER racer BEFORE UPDATE OF tags ON entities BEGIN
      SELECT RAISE(IGNORE); END`)
    expect(await world.call('TagUser', { UserName: 'bob', Tags: [tag('b')] })).toMatchObject({
      status: 409,
      code: 'ConcurrentModification',
    })
  })
})

const read = (Tags: Record<string, string>[]) => requestedTags(QueryParameters.of(flatten({ Tags })), 'one-key')

describe('requestedTags()', () => {
  it.each([
    [[tag('')], 'ValidationError', /'tags.1.member.key'.*greater than or equal to 1/],
    [[tag('k'.repeat(129))], 'ValidationError', /less than or equal to 128/],
    [[tag('a*b')], 'ValidationError', /regular expression/],
    [[tag('a', 'v'.repeat(257))], 'ValidationError', /'tags.1.member.value'.*less than or equal to 256/],
    [[tag('a', '<')], 'ValidationError', /regular expression/],
    [[tag('a'), tag('A')], 'InvalidInput', /Duplicate tag keys found/],
    [[tag('AWS:x')], 'InvalidInput', /^aws: prefixed tag key names/],
    [Array.from({ length: 51 }, (_, n) => tag(`k${n}`)), 'ValidationError', /less than or equal to 50/],
  ])('refuses %o', (tags, code, message) => {
    expect(() => read(tags)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) as string }),
    )
  })

  it('takes letters of every script, and keys that objects have of their own', () => {
    expect(Object.entries(read([tag('été +-=._:/@', 'Ünï'), tag('__proto__', 'x')]))).toEqual([
      ['été +-=._:/@', 'Ünï'],
      ['__proto__', 'x'],
    ])
  })
})

describe('withTags() and withoutTags()', () => {
  it('tell keys apart by case, or not', () => {
    expect(withTags({ a: '1', b: '2' }, { B: '3' }, 'one-key')).toEqual({ a: '1', B: '3' })
    expect(withTags({ a: '1', b: '2' }, { B: '3' }, 'two-keys')).toEqual({ a: '1', b: '2', B: '3' })
    expect(withoutTags({ a: '1', b: '2' }, ['A'], 'one-key')).toEqual({ b: '2' })
    expect(withoutTags({ a: '1', b: '2' }, ['A', 'b'], 'two-keys')).toEqual({ a: '1' })
  })
})
