// Groups, and who is in them. https://docs.aws.amazon.com/IAM/latest/APIReference/API_Group.html
import { entityArn } from '../../iam/arn.ts'
import { groupsPerUserMax } from '../../limits.ts'
import { element } from '../../s3/xml.ts'
import { getEntity, type Entity } from '../../store/tables/entities.ts'
import { addMember, listGroupsOf, listMembers, removeMember } from '../../store/tables/group-members.ts'
import type { Action } from '../action.ts'
import { createNew, deleteExisting, listOfKind, updateOfKind } from './entities.ts'
import { entityName, path } from './fields.ts'
import { defineEntityAction, describeEntity } from './entity-action.ts'
import { defineIamAction, defineLoadedAction, type Answer, type IamContext } from './iam-action.ts'
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

/** Who is to be in a group or out of it. */
interface MemberInput {
  name: string
  userName: string
}

/** AddUserToGroup and RemoveUserFromGroup: the group decides about permission, and the user is missed first. */
function defineMemberAction(
  name: string,
  handle: (member: { group: Entity; user: Entity }, context: IamContext) => Promise<Answer>,
): Action {
  return defineLoadedAction<MemberInput, { group: Entity | null; user: Entity | null }>({
    name,
    parse: (parameters) => ({ name: entityName(parameters, 'group'), userName: entityName(parameters, 'user') }),
    async load(input, { env, accountId }) {
      const [group, user] = await Promise.all([
        getEntity(env, accountId, { kind: 'group', name: input.name }),
        getEntity(env, accountId, { kind: 'user', name: input.userName }),
      ])
      return { group, user }
    },
    describe: (input, loaded, accountId) =>
      describeEntity(loaded?.group ?? null, { accountId, kind: 'group', name: input.name }),
    missing: (input) => noSuchEntity('group', input.name),
    async handle(input, { group, user }, context) {
      if (user === null) throw noSuchEntity('user', input.userName)
      if (group === null) throw noSuchEntity('group', input.name)
      return handle({ group, user }, context)
    },
  })
}

/** AddUserToGroup; a member stays one. https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddUserToGroup.html */
const addUserToGroup = defineMemberAction('AddUserToGroup', async ({ group, user }, { env, now }) => {
  const member = { groupId: group.entityId, userId: user.entityId, joined: now }
  const { outcome } = await addMember(env, member, { countMax: groupsPerUserMax })
  if (outcome === 'too-many') throw quotaExceeded('GroupsPerUser', groupsPerUserMax)
  return null
})

/** RemoveUserFromGroup. https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveUserFromGroup.html */
const removeUserFromGroup = defineMemberAction('RemoveUserFromGroup', async ({ group, user }, { env }) => {
  await removeMember(env, { groupId: group.entityId, userId: user.entityId })
  return null
})

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
