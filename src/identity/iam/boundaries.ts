// Permissions boundaries of users and roles.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPermissionsBoundary.html
import type { Action } from '../action.ts'
import { updateEntity } from '../../store/tables/entities.ts'
import { requestedBoundary } from './conditions.ts'
import { entityName, policyArnParameter } from './fields.ts'
import { defineEntityAction } from './entity-action.ts'
import type { IamContext } from './iam-action.ts'
import { findManaged } from './managed.ts'
import { capitalise, noSuchBoundary, noSuchEntity } from './refusals.ts'

/** Throws NoSuchEntity unless there is such a managed policy. */
export async function checkBoundary(context: IamContext, arn: string): Promise<void> {
  if ((await findManaged(context, arn)) === null) throw noSuchBoundary(arn)
}

function put(kind: 'user' | 'role'): Action {
  return defineEntityAction({
    name: `Put${capitalise(kind)}PermissionsBoundary`,
    kind,
    parse: (parameters) => ({
      name: entityName(parameters, kind),
      arn: policyArnParameter(parameters, 'PermissionsBoundary'),
    }),
    conditions: ({ arn }) => requestedBoundary(arn),
    async handle({ arn }, { entityId, name }, context) {
      await checkBoundary(context, arn)
      await setBoundary(context, { kind, entityId, name }, arn)
      return null
    },
  })
}

function remove(kind: 'user' | 'role'): Action {
  return defineEntityAction({
    name: `Delete${capitalise(kind)}PermissionsBoundary`,
    kind,
    parse: (parameters) => ({ name: entityName(parameters, kind) }),
    async handle(_input, { entityId, name }, context) {
      await setBoundary(context, { kind, entityId, name }, null)
      return null
    },
  })
}

async function setBoundary(
  { env }: IamContext,
  { kind, entityId, name }: { kind: 'user' | 'role'; entityId: string; name: string },
  boundaryArn: string | null,
): Promise<void> {
  const { outcome } = await updateEntity(env, entityId, { boundaryArn })
  if (outcome === 'missing') throw noSuchEntity(kind, name)
}

export const boundaryActions: readonly Action[] = [put('user'), put('role'), remove('user'), remove('role')]
