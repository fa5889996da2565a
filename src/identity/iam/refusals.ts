// What IAM says no with, in AWS's words. No I/O.
import type { EntityKind } from '../../iam/arn.ts'
import type { Holding } from '../../store/tables/entities.ts'
import type { PolicyUse } from '../../store/tables/policies.ts'
import { QueryError } from '../query-error.ts'

const capitalised: Record<EntityKind, string> = { user: 'User', group: 'Group', role: 'Role' }

/** `user` is `User`, as in CreateUser and UserName. */
export function capitalise(kind: EntityKind): string {
  return capitalised[kind]
}

export function noSuchEntity(kind: EntityKind, name: string): QueryError {
  return new QueryError('NoSuchEntity', `The ${kind} with name ${name} cannot be found.`)
}

export function entityExists(kind: EntityKind, name: string): QueryError {
  return new QueryError('EntityAlreadyExists', `${capitalise(kind)} with name ${name} already exists.`)
}

/** `what` as AWS spells its quota: `UsersPerAccount`. */
export function quotaExceeded(what: string, max: number): QueryError {
  return new QueryError('LimitExceeded', `Cannot exceed quota for ${what}: ${max}`)
}

const mustFirst: Record<Holding, string> = {
  attachments: 'must detach all policies first.',
  'inline-policies': 'must delete policies first.',
  memberships: 'must remove users from group first.',
  'access-keys': 'must delete access keys first.',
}

export function entityHolds(holding: Holding): QueryError {
  return new QueryError('DeleteConflict', `Cannot delete entity, ${mustFirst[holding]}`)
}

const policyUses: Record<PolicyUse, string> = {
  attachments: 'Cannot delete a policy attached to entities.',
  boundaries: 'Cannot delete a policy used as a permissions boundary.',
  versions:
    "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. " +
    'The default version is deleted with the policy.',
}

export function policyInUse(use: PolicyUse): QueryError {
  return new QueryError('DeleteConflict', policyUses[use])
}

export function noSuchPolicy(arn: string): QueryError {
  return new QueryError('NoSuchEntity', `Policy ${arn} was not found.`)
}

export function notAttachable(arn: string): QueryError {
  return new QueryError('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`)
}

/** A boundary that is not there. */
export function noSuchBoundary(arn: string): QueryError {
  return new QueryError('NoSuchEntity', `Scope ARN: ${arn} does not exist or is not attachable.`)
}

export function noSuchVersion(arn: string, version: string): QueryError {
  return new QueryError('NoSuchEntity', `Policy ${arn} version ${version} does not exist or is not attachable.`)
}

export function noSuchInlinePolicy(kind: EntityKind, name: string): QueryError {
  return new QueryError('NoSuchEntity', `The ${kind} policy with name ${name} cannot be found.`)
}

export function noSuchAccessKey(accessKeyId: string): QueryError {
  return new QueryError('NoSuchEntity', `The Access Key with id ${accessKeyId} cannot be found.`)
}

/** Something was changed between reading and writing it, again and again. */
export function changedMeanwhile(): QueryError {
  return new QueryError(
    'ConcurrentModification',
    'The request was rejected because multiple requests to change this object were submitted simultaneously.',
  )
}
