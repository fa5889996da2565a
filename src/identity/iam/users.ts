// Users. https://docs.aws.amazon.com/IAM/latest/APIReference/API_User.html
import { entityArn } from '../../iam/arn.ts'
import { accountPrincipal } from '../../iam/principal.ts'
import { requestTagConditions } from '../../iam/permission.ts'
import { element, type Xml } from '../../s3/xml.ts'
import { getAccount } from '../../store/tables/accounts.ts'
import type { Action } from '../action.ts'
import { checkBoundary } from './boundaries.ts'
import { requestedBoundary } from './conditions.ts'
import { createNew, deleteExisting, listOfKind, updateOfKind } from './entities.ts'
import { entityName, optionalBoundary, path, userOrCaller } from './fields.ts'
import { defineEntityAction, defineHolderAction } from './entity-action.ts'
import { defineIamAction, type IamContext } from './iam-action.ts'
import { isoDate, userElements } from './shapes.ts'
import { requestedTags } from './tag-fields.ts'

/** CreateUser. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html */
const createUser = defineIamAction({
  name: 'CreateUser',
  parse: (parameters) => ({
    name: entityName(parameters, 'user'),
    path: path(parameters),
    boundaryArn: optionalBoundary(parameters),
    tags: requestedTags(parameters, 'one-key'),
  }),
  resource: (input, accountId) => entityArn('user', { ...input, accountId }),
  conditions: ({ boundaryArn, tags }) => ({ ...requestedBoundary(boundaryArn), ...requestTagConditions(tags) }),
  async handle(input, context) {
    if (input.boundaryArn !== null) await checkBoundary(context, input.boundaryArn)
    const user = await createNew(context, { ...input, kind: 'user', role: null })
    return [element('User', userElements(user, 'whole'))]
  },
})

/** GetUser: without a name the caller. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html */
const getUser = defineHolderAction({
  name: 'GetUser',
  parse: (parameters, caller) => ({ name: userOrCaller(parameters, caller) }),
  handle: async (_input, user, context) => [
    element('User', user === null ? await accountElements(context) : userElements(user, 'whole')),
  ],
})

/** The root identity of an account, as AWS shows it: without a name and a path. */
async function accountElements({ env, accountId }: IamContext): Promise<Xml[]> {
  const account = await getAccount(env, accountId)
  return [
    element('UserId', accountId),
    element('Arn', accountPrincipal(accountId).arn),
    element('CreateDate', isoDate(account?.created ?? 0)),
  ]
}

/** UpdateUser. https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html */
const updateUser = updateOfKind('user')

/** DeleteUser. https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html */
const deleteUser = defineEntityAction({
  name: 'DeleteUser',
  kind: 'user',
  parse: (parameters) => ({ name: entityName(parameters, 'user') }),
  handle: (_input, user, context) => deleteExisting(context, user),
})

/** ListUsers. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html */
const listUsers = listOfKind('user', (user) => userElements(user, 'listed'))

export const userActions: readonly Action[] = [createUser, deleteUser, getUser, listUsers, updateUser]
