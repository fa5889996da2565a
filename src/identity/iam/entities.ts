// What users, groups and roles have in common: made, renamed, deleted and listed by the same rules.
import { entityArn, type EntityKind } from '../../iam/arn.ts'
import { groupsPerAccountMax, rolesPerAccountMax, usersPerAccountMax } from '../../limits.ts'
import type { Xml } from '../../s3/xml.ts'
import { createEntity, deleteEntity, listEntities, updateEntity, type Entity } from '../../store/tables/entities.ts'
import type { Action } from '../action.ts'
import { entityName, optionalEntityName, optionalPath, pathPrefix } from './fields.ts'
import { defineEntityAction } from './entity-action.ts'
import { defineIamAction, type Answer, type IamContext } from './iam-action.ts'
import { newEntityId } from './ids.ts'
import { cutPage, memberList, parsePage } from './paging.ts'
import { capitalise, entityExists, entityHolds, noSuchEntity, quotaExceeded } from './refusals.ts'

const perAccountMax: Record<EntityKind, number> = {
  user: usersPerAccountMax,
  group: groupsPerAccountMax,
  role: rolesPerAccountMax,
}

/** Stores a new entity of the caller's account, with an id and an ARN of its own. */
export async function createNew(
  context: IamContext,
  given: Omit<Entity, 'entityId' | 'accountId' | 'arn' | 'created'>,
): Promise<Entity> {
  const { accountId, now, env } = context
  const { kind, name } = given
  const arn = entityArn(kind, { ...given, accountId })
  const entity = { ...given, entityId: newEntityId(kind), accountId, arn, created: now }
  const countMax = perAccountMax[kind]
  const { outcome } = await createEntity(env, entity, { countMax })
  switch (outcome) {
    case 'exists':
      throw entityExists(kind, name)
    case 'too-many':
      throw quotaExceeded(`${capitalise(kind)}sPerAccount`, countMax)
    case 'created':
      return entity
  }
}

/** Deletes an entity that holds nothing any more. */
export async function deleteExisting({ env }: IamContext, { entityId, kind, name }: Entity): Promise<Answer> {
  const deleted = await deleteEntity(env, entityId)
  switch (deleted.outcome) {
    case 'holds':
      throw entityHolds(deleted.holding)
    case 'missing':
      throw noSuchEntity(kind, name)
    case 'deleted':
      return null
  }
}

/** UpdateUser and UpdateGroup: another name, another path, or both. Who renames needs permission for both names. */
export function updateOfKind(kind: 'user' | 'group'): Action {
  return defineEntityAction({
    name: `Update${capitalise(kind)}`,
    kind,
    parse: (parameters) => ({
      name: entityName(parameters, kind),
      newName: optionalEntityName(parameters, kind, `New${capitalise(kind)}Name`),
      newPath: optionalPath(parameters, 'NewPath'),
    }),
    async handle({ newName, newPath }, entity, context) {
      const { env, accountId } = context
      const name = newName ?? entity.name
      const path = newPath ?? entity.path
      if (name === entity.name && path === entity.path) return null
      const resource = entityArn(kind, { accountId, path, name })
      await context.authorise([{ action: `iam:Update${capitalise(kind)}`, resource }])
      const { outcome } = await updateEntity(env, entity.entityId, { name, path })
      if (outcome === 'exists') throw entityExists(kind, name)
      if (outcome === 'missing') throw noSuchEntity(kind, entity.name)
      return null
    },
  })
}

/** ListUsers, ListGroups, ListRoles: by name, whatever the case. */
export function listOfKind(kind: EntityKind, render: (entity: Entity) => readonly (Xml | null)[]): Action {
  return defineIamAction({
    name: `List${capitalise(kind)}s`,
    parse: (parameters) => ({ prefix: pathPrefix(parameters), page: parsePage(parameters) }),
    resource: ({ prefix }, accountId) => entityArn(kind, { accountId, path: prefix === '' ? '/' : prefix, name: '' }),
    async handle({ prefix, page }, { env, accountId }) {
      const [after = ''] = page.after ?? []
      const query = { kind, pathPrefix: prefix, after, limit: page.maxItems + 1 }
      const { items, tail } = cutPage(await listEntities(env, accountId, query), page, ({ name }) => [name])
      return [memberList(`${capitalise(kind)}s`, items.map(render)), ...tail]
    },
  })
}
