// Roles. https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html
import { assert } from '../../assert.ts'
import { entityArn } from '../../iam/arn.ts'
import { requestTagConditions } from '../../iam/permission.ts'
import { element } from '../../s3/xml.ts'
import { updateEntity, type Entity, type EntityChange, type RoleFacts } from '../../store/tables/entities.ts'
import type { Action } from '../action.ts'
import { checkBoundary } from './boundaries.ts'
import { requestedBoundary } from './conditions.ts'
import { createNew, deleteExisting, listOfKind } from './entities.ts'
import { description, entityName, maxSessionSeconds, optionalBoundary, path } from './fields.ts'
import { defineEntityAction } from './entity-action.ts'
import { defineIamAction, type IamContext } from './iam-action.ts'
import { checkTrustPolicy, policyDocument } from './policy-document.ts'
import { noSuchEntity } from './refusals.ts'
import { roleElements } from './shapes.ts'
import { requestedTags } from './tag-fields.ts'

const sessionSecondsDefault = 3600

/** CreateRole. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
const createRole = defineIamAction({
  name: 'CreateRole',
  parse: (parameters) => ({
    name: entityName(parameters, 'role'),
    path: path(parameters),
    boundaryArn: optionalBoundary(parameters),
    tags: requestedTags(parameters, 'one-key'),
    trustPolicy: checkTrustPolicy(policyDocument(parameters, 'AssumeRolePolicyDocument')),
    description: description(parameters),
    maxSessionSeconds: maxSessionSeconds(parameters) ?? sessionSecondsDefault,
  }),
  resource: (input, accountId) => entityArn('role', { ...input, accountId }),
  conditions: ({ boundaryArn, tags }) => ({ ...requestedBoundary(boundaryArn), ...requestTagConditions(tags) }),
  async handle(input, context) {
    const { name, path: rolePath, boundaryArn, tags, ...facts } = input
    if (boundaryArn !== null) await checkBoundary(context, boundaryArn)
    const role: RoleFacts = { ...facts, lastUsed: null }
    const created = await createNew(context, { kind: 'role', name, path: rolePath, boundaryArn, tags, role })
    return [element('Role', roleElements(created, role, 'created'))]
  },
})

/** GetRole. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html */
const getRole = defineEntityAction({
  name: 'GetRole',
  kind: 'role',
  parse: (parameters) => ({ name: entityName(parameters, 'role') }),
  handle: async (_input, role) => [element('Role', roleElements(role, factsOf(role), 'whole'))],
})

function factsOf({ role }: Entity): RoleFacts {
  assert(role !== null, 'An entity of kind role has the facts of a role')
  return role
}

/** UpdateRole. https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html */
const updateRole = defineEntityAction({
  name: 'UpdateRole',
  kind: 'role',
  parse: (parameters) => ({
    name: entityName(parameters, 'role'),
    description: description(parameters),
    seconds: maxSessionSeconds(parameters),
  }),
  async handle(input, role, context) {
    await change(context, role, {
      ...(input.description !== null && { description: input.description }),
      ...(input.seconds !== null && { maxSessionSeconds: input.seconds }),
    })
    return []
  },
})

/** UpdateRoleDescription. https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRoleDescription.html */
const updateRoleDescription = defineEntityAction({
  name: 'UpdateRoleDescription',
  kind: 'role',
  parse: (parameters) => ({ name: entityName(parameters, 'role'), description: description(parameters) ?? '' }),
  async handle(input, role, context) {
    await change(context, role, { description: input.description })
    const facts = { ...factsOf(role), description: input.description }
    return [element('Role', roleElements(role, facts, 'described'))]
  },
})

/** UpdateAssumeRolePolicy. https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html */
const updateAssumeRolePolicy = defineEntityAction({
  name: 'UpdateAssumeRolePolicy',
  kind: 'role',
  parse: (parameters) => ({
    name: entityName(parameters, 'role'),
    trustPolicy: checkTrustPolicy(policyDocument(parameters, 'PolicyDocument')),
  }),
  async handle({ trustPolicy }, role, context) {
    await change(context, role, { trustPolicy })
    return null
  },
})

async function change({ env }: IamContext, role: Entity, what: EntityChange): Promise<void> {
  if (Object.keys(what).length === 0) return
  const { outcome } = await updateEntity(env, role.entityId, what)
  if (outcome === 'missing') throw noSuchEntity('role', role.name)
}

/** DeleteRole. https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html */
const deleteRole = defineEntityAction({
  name: 'DeleteRole',
  kind: 'role',
  parse: (parameters) => ({ name: entityName(parameters, 'role') }),
  handle: (_input, role, context) => deleteExisting(context, role),
})

/** ListRoles. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html */
const listRoles = listOfKind('role', (role) => roleElements(role, factsOf(role), 'listed'))

export const roleActions: readonly Action[] = [
  createRole,
  deleteRole,
  getRole,
  listRoles,
  updateAssumeRolePolicy,
  updateRole,
  updateRoleDescription,
]
