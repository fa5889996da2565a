import { beforeEach, describe, expect, it } from 'vitest'
import { accountId, at, iamWorld, members, pages, plain, text, type IamWorld } from '../../support/iam-world.ts'

let world: IamWorld

beforeEach(async () => {
  world = await iamWorld()
})

const arn = (name: string) => `arn:aws:iam::${accountId}:user/${name}`

const names = (list: string, type: string) => (result: Parameters<typeof members>[0]) =>
  members(result, list).map((member) => text(member, type))

describe('CreateUser', () => {
  it('answers the user as AWS does', async () => {
    const { status, text: body } = await world.call('CreateUser', { UserName: 'Bob', Path: '/division_abc/' })
    expect(status).toBe(200)
    expect(body).toMatch(
      new RegExp(
        '^<\\?xml version="1.0" encoding="UTF-8"\\?>\\n' +
          '<CreateUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><CreateUserResult><User>' +
          '<Path>/division_abc/</Path><UserName>Bob</UserName><UserId>AIDA[A-Z2-7]{17}</UserId>' +
          `<Arn>arn:aws:iam::${accountId}:user/division_abc/Bob</Arn>` +
          '<CreateDate>\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ</CreateDate>' +
          '</User></CreateUserResult><ResponseMetadata><RequestId>[0-9A-Z]{16}</RequestId></ResponseMetadata>' +
          '</CreateUserResponse>$',
      ),
    )
  })

  it('keeps tags and a boundary', async () => {
    const boundary = 'arn:aws:iam::aws:policy/readonly'
    const Tags = [
      { Key: 'team', Value: 'blue' },
      { Key: 'cost', Value: '' },
    ]
    const user = at(await world.ok('CreateUser', { UserName: 'bob', Tags, PermissionsBoundary: boundary }), 'User')
    expect(plain(at(user, 'PermissionsBoundary'))).toEqual({
      PermissionsBoundaryType: 'Policy',
      PermissionsBoundaryArn: boundary,
    })
    expect(plain(at(user, 'Tags'))).toEqual([
      { Key: 'cost', Value: '' },
      { Key: 'team', Value: 'blue' },
    ])
  })

  it('tells no names apart by case', async () => {
    await world.ok('CreateUser', { UserName: 'Bob' })
    expect(await world.call('CreateUser', { UserName: 'bOB', Path: '/other/' })).toMatchObject({
      status: 409,
      code: 'EntityAlreadyExists',
      message: 'User with name bOB already exists.',
    })
    // A group, a role or another account has names of its own.
    await world.ok('CreateGroup', { GroupName: 'bob' })
  })

  it.each([
    [{}, "Value at 'userName' failed to satisfy constraint: Member must not be null"],
    [{ UserName: 'a b' }, 'The specified value for userName is invalid. It must contain only alphanumeric characters'],
    [{ UserName: 'é' }, 'The specified value for userName is invalid.'],
    [
      { UserName: 'a'.repeat(65) },
      "at 'userName' failed to satisfy constraint: Member must have length less than or equal to 64",
    ],
    [{ UserName: 'a', Path: 'x/' }, 'The specified value for path is invalid. It must begin and end with /'],
    [{ UserName: 'a', Path: '/x' }, 'The specified value for path is invalid.'],
    [{ UserName: 'a', Path: '/a b/' }, 'The specified value for path is invalid.'],
    [{ UserName: 'a', Path: `/${'x'.repeat(511)}/` }, "at 'path' failed to satisfy constraint"],
    [{ UserName: 'a', PermissionsBoundary: 'arn' }, "at 'permissionsBoundary' failed to satisfy constraint"],
  ])('refuses %j', async (parameters, message) => {
    const reply = await world.call('CreateUser', parameters)
    expect(reply).toMatchObject({ status: 400, code: 'ValidationError' })
    expect(reply.message).toContain(message)
  })

  it('refuses a boundary that is not there, and makes no user', async () => {
    const PermissionsBoundary = `arn:aws:iam::${accountId}:policy/none`
    expect(await world.call('CreateUser', { UserName: 'bob', PermissionsBoundary })).toMatchObject({
      status: 404,
      code: 'NoSuchEntity',
      message: `Scope ARN: ${PermissionsBoundary} does not exist or is not attachable.`,
    })
    expect(await world.call('GetUser', { UserName: 'bob' })).toMatchObject({ code: 'NoSuchEntity' })
  })

  it('refuses one more than an account may have', async () => {
    const insert = world.sqlite.prepare(
      `INSERT INTO entities (entity_id, account_id, kind, name, path, created_ms) VALUES (?, ?, 'user', ?, '/', 1)`,
    )
    for (let number = 0; number < 5000; number++) insert.run(`AIDA${number}`, accountId, `u${number}`)
    expect(await world.call('CreateUser', { UserName: 'bob' })).toMatchObject({
      status: 409,
      code: 'LimitExceeded',
      message: 'Cannot exceed quota for UsersPerAccount: 5000',
    })
  })
})

describe('GetUser', () => {
  it('gives a user by its name, in whatever case', async () => {
    const created = at(await world.ok('CreateUser', { UserName: 'Bob', Path: '/a/' }), 'User')
    expect(plain(at(await world.ok('GetUser', { UserName: 'bob' }), 'User'))).toEqual(plain(created))
  })

  it('gives the caller without a name: the user, or the account itself', async () => {
    const bob = await world.user('bob')
    await world.allow('bob', { Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' })
    const own = await world.as(bob)('GetUser')
    expect(text(own.result, 'User', 'UserName')).toBe('bob')
    expect(plain(at(await world.ok('GetUser'), 'User'))).toEqual({
      UserId: accountId,
      Arn: `arn:aws:iam::${accountId}:root`,
      CreateDate: '1970-01-01T00:00:00Z',
    })
  })

  it('says which user is not there', async () => {
    expect(await world.call('GetUser', { UserName: 'nobody' })).toMatchObject({
      status: 404,
      code: 'NoSuchEntity',
      message: 'The user with name nobody cannot be found.',
    })
  })
})

describe('UpdateUser', () => {
  it('changes name and path, and what the user signs with stays its own', async () => {
    const bob = await world.user('bob')
    await world.ok('CreateUser', { UserName: 'carol' })
    await world.allow('bob', { Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' })
    await world.ok('UpdateUser', { UserName: 'bob', NewUserName: 'Robert', NewPath: '/staff/' })
    expect(await world.call('GetUser', { UserName: 'bob' })).toMatchObject({ code: 'NoSuchEntity' })
    const { result } = await world.as(bob)('GetUser')
    expect(text(result, 'User', 'Arn')).toBe(`arn:aws:iam::${accountId}:user/staff/Robert`)
    // Only the case, or nothing at all.
    await world.ok('UpdateUser', { UserName: 'robert', NewUserName: 'ROBERT' })
    await world.ok('UpdateUser', { UserName: 'robert' })
    expect(await world.call('UpdateUser', { UserName: 'robert', NewUserName: 'CAROL' })).toMatchObject({
      status: 409,
      code: 'EntityAlreadyExists',
      message: 'User with name CAROL already exists.',
    })
    expect(await world.call('UpdateUser', { UserName: 'nobody', NewPath: '/' })).toMatchObject({ code: 'NoSuchEntity' })
  })

  it('asks for permission for both names', async () => {
    const bob = await world.user('bob')
    await world.user('carol')
    await world.allow('bob', { Effect: 'Allow', Action: 'iam:UpdateUser', Resource: [arn('carol'), arn('free/*')] })
    const call = world.as(bob)
    expect(await call('UpdateUser', { UserName: 'carol', NewUserName: 'karla' })).toMatchObject({
      status: 403,
      code: 'AccessDenied',
      message:
        `User: ${arn('bob')} is not authorized to perform: iam:UpdateUser on resource: ${arn('karla')} ` +
        'because no identity-based policy allows the iam:UpdateUser action',
    })
    expect(await call('UpdateUser', { UserName: 'carol', NewPath: '/free/' })).toMatchObject({ status: 200 })
  })
})

describe('DeleteUser', () => {
  it('deletes a user that holds nothing, and says what to do about others', async () => {
    await world.user('bob')
    const conflicts: [undo: string, parameters: Record<string, string>, message: string][] = [
      ['DetachUserPolicy', { PolicyArn: 'arn:aws:iam::aws:policy/readonly' }, 'must detach all policies first.'],
      ['DeleteUserPolicy', { PolicyName: 'test' }, 'must delete policies first.'],
      ['RemoveUserFromGroup', { GroupName: 'staff' }, 'must remove users from group first.'],
    ]
    await world.ok('AttachUserPolicy', { UserName: 'bob', PolicyArn: 'arn:aws:iam::aws:policy/readonly' })
    await world.allow('bob', { Effect: 'Allow', Action: '*', Resource: '*' })
    await world.ok('CreateGroup', { GroupName: 'staff' })
    await world.ok('AddUserToGroup', { GroupName: 'staff', UserName: 'bob' })
    for (const [undo, parameters, message] of conflicts) {
      expect(await world.call('DeleteUser', { UserName: 'bob' })).toMatchObject({
        status: 409,
        code: 'DeleteConflict',
        message: `Cannot delete entity, ${message}`,
      })
      await world.ok(undo, { UserName: 'bob', ...parameters })
    }
    expect(await world.call('DeleteUser', { UserName: 'bob' })).toMatchObject({
      message: 'Cannot delete entity, must delete access keys first.',
    })
    const [key] = members(await world.ok('ListAccessKeys', { UserName: 'bob' }), 'AccessKeyMetadata')
    await world.ok('DeleteAccessKey', { UserName: 'bob', AccessKeyId: text(key!, 'AccessKeyId') })
    await world.ok('DeleteUser', { UserName: 'BOB' })
    expect(await world.call('DeleteUser', { UserName: 'bob' })).toMatchObject({
      status: 404,
      message: 'The user with name bob cannot be found.',
    })
  })

  it('never gives an id twice', async () => {
    const first = text(await world.ok('CreateUser', { UserName: 'bob' }), 'User', 'UserId')
    await world.ok('DeleteUser', { UserName: 'bob' })
    expect(text(await world.ok('CreateUser', { UserName: 'bob' }), 'User', 'UserId')).not.toBe(first)
  })
})

describe('ListUsers', () => {
  beforeEach(async () => {
    for (const [name, path] of [
      ['Ad', '/w/'],
      ['ac', '/x/'],
      ['Ab', '/x/y/'],
      ['aa', '/'],
    ] as const) {
      await world.ok('CreateUser', { UserName: name, Path: path, Tags: [{ Key: 'k', Value: 'v' }] })
    }
  })

  it('lists by name whatever the case, in pages of any size', async () => {
    for (const MaxItems of [1, 2, 3, 4, 1000]) {
      const { items, count } = await pages(world.ok, ['ListUsers', { MaxItems }], names('Users', 'UserName'))
      expect(items).toEqual(['aa', 'Ab', 'ac', 'Ad'])
      expect(count).toBe(Math.ceil(4 / MaxItems))
    }
  })

  it('lists what is under a path, without tags', async () => {
    const listed = async (PathPrefix: string) => names('Users', 'UserName')(await world.ok('ListUsers', { PathPrefix }))
    expect(await listed('/x')).toEqual(['Ab', 'ac'])
    expect(await listed('/x/y/')).toEqual(['Ab'])
    expect(await listed('/x/y/z')).toEqual([])
    expect(Object.keys(plain(members(await world.ok('ListUsers'), 'Users')[0]!) as object)).toEqual([
      'Path',
      'UserName',
      'UserId',
      'Arn',
      'CreateDate',
    ])
  })

  it('shows nothing of another account', async () => {
    const { result } = await world.as({ accessKeyId: 'OTHERROOTKEY0000', secretAccessKey: 'other-root-secret' })(
      'ListUsers',
    )
    expect(members(result, 'Users')).toEqual([])
  })

  it.each([
    [{ MaxItems: 0 }, 'ValidationError'],
    [{ MaxItems: 1001 }, 'ValidationError'],
    [{ MaxItems: 'many' }, 'MalformedInput'],
    [{ Marker: 'x' }, 'ValidationError'],
    [{ Marker: btoa('["a","b"]') }, 'ValidationError'],
    [{ Marker: btoa('[1]') }, 'ValidationError'],
    [{ PathPrefix: 'x' }, 'ValidationError'],
  ])('refuses %j', async (parameters, code) => {
    expect(await world.call('ListUsers', parameters)).toMatchObject({ status: 400, code })
  })
})
