import { beforeEach, describe, expect, it } from 'vitest'
import { accountId, at, iamWorld, members, pages, plain, text, type IamWorld } from '../../support/iam-world.ts'

let world: IamWorld

beforeEach(async () => {
  world = await iamWorld()
})

describe('CreateGroup, GetGroup, ListGroups, UpdateGroup, DeleteGroup', () => {
  it('make, show, rename and remove a group', async () => {
    const created = plain(at(await world.ok('CreateGroup', { GroupName: 'Admins', Path: '/a/' }), 'Group'))
    expect(created).toEqual({
      Path: '/a/',
      GroupName: 'Admins',
      GroupId: expect.stringMatching(/^AGPA[A-Z2-7]{17}$/) as string,
      Arn: `arn:aws:iam::${accountId}:group/a/Admins`,
      CreateDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
    })
    expect(await world.call('CreateGroup', { GroupName: 'admins' })).toMatchObject({
      status: 409,
      code: 'EntityAlreadyExists',
      message: 'Group with name admins already exists.',
    })
    const shown = await world.ok('GetGroup', { GroupName: 'ADMINS' })
    expect(plain(at(shown, 'Group'))).toEqual(created)
    expect(members(shown, 'Users')).toEqual([])
    await world.ok('UpdateGroup', { GroupName: 'admins', NewGroupName: 'Owners', NewPath: '/b/' })
    const [listed] = members(await world.ok('ListGroups', { PathPrefix: '/b/' }), 'Groups')
    expect(text(listed!, 'Arn')).toBe(`arn:aws:iam::${accountId}:group/b/Owners`)
    await world.ok('DeleteGroup', { GroupName: 'owners' })
    for (const action of ['GetGroup', 'DeleteGroup', 'UpdateGroup', 'ListGroupPolicies']) {
      expect(await world.call(action, { GroupName: 'owners' })).toMatchObject({
        status: 404,
        code: 'NoSuchEntity',
        message: 'The group with name owners cannot be found.',
      })
    }
  })

  it('keep a group that has members or policies', async () => {
    await world.ok('CreateGroup', { GroupName: 'staff' })
    await world.ok('CreateUser', { UserName: 'bob' })
    await world.ok('AddUserToGroup', { GroupName: 'staff', UserName: 'bob' })
    expect(await world.call('DeleteGroup', { GroupName: 'staff' })).toMatchObject({
      status: 409,
      code: 'DeleteConflict',
      message: 'Cannot delete entity, must remove users from group first.',
    })
    await world.ok('RemoveUserFromGroup', { GroupName: 'staff', UserName: 'bob' })
    await world.ok('AttachGroupPolicy', { GroupName: 'staff', PolicyArn: 'arn:aws:iam::aws:policy/readonly' })
    expect(await world.call('DeleteGroup', { GroupName: 'staff' })).toMatchObject({
      message: 'Cannot delete entity, must detach all policies first.',
    })
  })

  it('name 128 characters, and no more', async () => {
    await world.ok('CreateGroup', { GroupName: 'g'.repeat(128) })
    expect(await world.call('CreateGroup', { GroupName: 'g'.repeat(129) })).toMatchObject({ code: 'ValidationError' })
  })

  it('refuse one more than an account may have', async () => {
    const insert = world.sqlite.prepare(
      `INSERT INTO entities (entity_id, account_id, kind, name, path, created_ms) VALUES (?, ?, 'group', ?, '/', 1)`,
    )
    for (let number = 0; number < 300; number++) insert.run(`AGPA${number}`, accountId, `g${number}`)
    expect(await world.call('CreateGroup', { GroupName: 'staff' })).toMatchObject({
      code: 'LimitExceeded',
      message: 'Cannot exceed quota for GroupsPerAccount: 300',
    })
  })
})

describe('AddUserToGroup, RemoveUserFromGroup, ListGroupsForUser', () => {
  it('list both ways, in pages', async () => {
    await world.ok('CreateGroup', { GroupName: 'staff' })
    for (const name of ['carol', 'Bob', 'alice']) {
      await world.ok('CreateUser', { UserName: name })
      await world.ok('AddUserToGroup', { GroupName: 'staff', UserName: name })
    }
    const { items, count } = await pages(world.ok, ['GetGroup', { GroupName: 'staff', MaxItems: 2 }], (result) =>
      members(result, 'Users').map((user) => text(user, 'UserName')),
    )
    expect([items, count]).toEqual([['alice', 'Bob', 'carol'], 2])
    for (const name of ['Zoo', 'bar']) {
      await world.ok('CreateGroup', { GroupName: name })
      await world.ok('AddUserToGroup', { GroupName: name, UserName: 'bob' })
    }
    const groups = await pages(world.ok, ['ListGroupsForUser', { UserName: 'bob', MaxItems: 1 }], (result) =>
      members(result, 'Groups').map((group) => text(group, 'GroupName')),
    )
    expect(groups).toEqual({ items: ['bar', 'staff', 'Zoo'], count: 3 })
  })

  it('do nothing twice', async () => {
    await world.ok('CreateGroup', { GroupName: 'staff' })
    await world.ok('CreateUser', { UserName: 'bob' })
    for (const action of ['AddUserToGroup', 'RemoveUserFromGroup']) {
      for (let time = 0; time < 2; time++) await world.ok(action, { GroupName: 'staff', UserName: 'bob' })
    }
    expect(members(await world.ok('GetGroup', { GroupName: 'staff' }), 'Users')).toEqual([])
  })

  it('say who is not there', async () => {
    await world.ok('CreateGroup', { GroupName: 'staff' })
    for (const action of ['AddUserToGroup', 'RemoveUserFromGroup']) {
      expect(await world.call(action, { GroupName: 'staff', UserName: 'bob' })).toMatchObject({
        message: 'The user with name bob cannot be found.',
      })
      // Both: the user is missed first.
      expect(await world.call(action, { GroupName: 'none', UserName: 'bob' })).toMatchObject({
        message: 'The user with name bob cannot be found.',
      })
    }
    await world.ok('CreateUser', { UserName: 'carol' })
    expect(await world.call('AddUserToGroup', { GroupName: 'none', UserName: 'carol' })).toMatchObject({
      message: 'The group with name none cannot be found.',
    })
    expect(await world.call('ListGroupsForUser', { UserName: 'bob' })).toMatchObject({ code: 'NoSuchEntity' })
  })

  it('let a user be in ten groups', async () => {
    await world.ok('CreateUser', { UserName: 'bob' })
    for (let number = 0; number < 11; number++) await world.ok('CreateGroup', { GroupName: `g${number}` })
    for (let number = 0; number < 10; number++) {
      await world.ok('AddUserToGroup', { GroupName: `g${number}`, UserName: 'bob' })
    }
    expect(await world.call('AddUserToGroup', { GroupName: 'g10', UserName: 'bob' })).toMatchObject({
      status: 409,
      code: 'LimitExceeded',
      message: 'Cannot exceed quota for GroupsPerUser: 10',
    })
    // One it is in already is no further one.
    await world.ok('AddUserToGroup', { GroupName: 'g9', UserName: 'bob' })
  })

  it('give a user what its group may', async () => {
    const bob = await world.user('bob')
    const call = world.as(bob)
    expect(await call('ListGroups')).toMatchObject({ status: 403 })
    await world.ok('CreateGroup', { GroupName: 'staff' })
    await world.ok('AttachGroupPolicy', { GroupName: 'staff', PolicyArn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' })
    await world.ok('AddUserToGroup', { GroupName: 'staff', UserName: 'bob' })
    expect(await call('ListGroups')).toMatchObject({ status: 200 })
    await world.ok('RemoveUserFromGroup', { GroupName: 'staff', UserName: 'bob' })
    expect(await call('ListGroups')).toMatchObject({ status: 403 })
  })
})
