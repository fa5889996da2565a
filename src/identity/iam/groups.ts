// Groups, and who is in them. https://docs.aws.amazon.com/IAM/latest/APIReference/API_Group.html
import { entityArn } from '../../iam/arn.ts'
import { groupsPerUserMax } from '../../limits.ts'
import { element } from '../../s3/xml.ts'
import { getEntity, type Entity } from '../../store/tables/entities.ts'
import { addMember, listGroupsOf, listMembers, removeMember } from '../../store/tables/group-members.ts'
import type { Action } from '../action.ts'
import { createNew, deleteExisting, listOfKind, updateOfKind } from './entities.ts'
import { entityName, path } from './fields.ts'
import { defineEntityAction } from './entity-action.ts'
import { defineIamAction, type IamContext } from './iam-action.ts'
import { cutPage, memberList, pageOf, parsePage } from './paging.ts'
import { noSuchEntity, quotaExceeded } from './refusals.ts'
import { groupElements, userElements } from './shapes.ts'

/** CreateGroup. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateGroup.html */
const createGroup = defineIamAction({
  name: 'CreateGroup',
  parse: (parameters) => ({ name: entityName(parameters, 'group'), path: path(parameters) }),
  resource: (input, accountId) => entityArn('group', { ...input, accountId }),
  async handle(input, context) {
    const group = await createNew(context, { ...input, kind: 'group', boundaryArn: null, tags: {}, role: null })
    return [element('Group', groupElements(group))]
  },
})

/** GetGroup: the group and a page of its users. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroup.html */
const getGroup = defineEntityAction({
  name: 'GetGroup',
  kind: 'group',
  parse: (parameters) => ({ name: entityName(parameters, 'group'), page: parsePage(parameters) }),
  async handle({ page }, group, { env }) {
    const [after = ''] = page.after ?? []
    const members = await listMembers(env, group.entityId, { after, limit: page.maxItems + 1 })
    const { items, tail } = cutPage(members, page, ({ name }) => [name])
    const users = items.map((user) => userElements(user, 'listed'))
    return [element('Group', groupElements(group)), memberList('Users', users), ...tail]
  },
})

/** UpdateGroup. https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateGroup.html */
const updateGroup = updateOfKind('group')

/** DeleteGroup. https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroup.html */
const deleteGroup = defineEntityAction({
  name: 'DeleteGroup',
  kind: 'group',
  parse: (parameters) => ({ name: entityName(parameters, 'group') }),
  handle: (_input, group, context) => deleteExisting(context, group),
})

/** ListGroups. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroups.html */
const listGroups = listOfKind('group', groupElements)

/** AddUserToGroup; a member stays one. https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddUserToGroup.html */
const addUserToGroup = defineEntityAction({
  name: 'AddUserToGroup',
  kind: 'group',
  parse: (parameters) => ({ name: entityName(parameters, 'group'), userName: entityName(parameters, 'user') }),
  async handle({ userName }, group, context) {
    const user = await existingUser(context, userName)
    const member = { groupId: group.entityId, userId: user.entityId, joined: context.now }
    const { outcome } = await addMember(context.env, member, { countMax: groupsPerUserMax })
    if (outcome === 'too-many') throw quotaExceeded('GroupsPerUser', groupsPerUserMax)
    return null
  },
})

/** RemoveUserFromGroup. https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveUserFromGroup.html */
const removeUserFromGroup = defineEntityAction({
  name: 'RemoveUserFromGroup',
  kind: 'group',
  parse: (parameters) => ({ name: entityName(parameters, 'group'), userName: entityName(parameters, 'user') }),
  async handle({ userName }, group, context) {
    const user = await existingUser(context, userName)
    await removeMember(context.env, { groupId: group.entityId, userId: user.entityId })
    return null
  },
})

async function existingUser({ env, accountId }: IamContext, name: string): Promise<Entity> {
  const user = await getEntity(env, accountId, { kind: 'user', name })
  if (user === null) throw noSuchEntity('user', name)
  return user
}

/** ListGroupsForUser. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupsForUser.html */
const listGroupsForUser = defineEntityAction({
  name: 'ListGroupsForUser',
  kind: 'user',
  parse: (parameters) => ({ name: entityName(parameters, 'user'), page: parsePage(parameters) }),
  async handle({ page }, user, { env }) {
    const groups = await listGroupsOf(env, user.entityId)
    const { items, tail } = pageOf(groups, page, ({ name }) => name.toLowerCase())
    return [memberList('Groups', items.map(groupElements)), ...tail]
  },
})

export const groupActions: readonly Action[] = [
  addUserToGroup,
  createGroup,
  deleteGroup,
  getGroup,
  listGroups,
  listGroupsForUser,
  removeUserFromGroup,
  updateGroup,
]
