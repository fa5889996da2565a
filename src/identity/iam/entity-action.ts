// Actions on a user, a group or a role that is there already.
import { entityArn, type EntityKind } from '../../iam/arn.ts'
import type { Conditions } from '../../iam/permission.ts'
import { accountPrincipal } from '../../iam/principal.ts'
import { getEntity, type Entity } from '../../store/tables/entities.ts'
import type { Action, Caller } from '../action.ts'
import type { QueryParameters } from '../parameters.ts'
import { resourceTags } from './conditions.ts'
import { defineLoadedAction, type Answer, type Described, type IamContext } from './iam-action.ts'
import { noSuchEntity } from './refusals.ts'

export interface EntityActionDefinition<Input extends { name: string }> {
  name: string
  kind: EntityKind
  /** Pure: throws QueryError on bad input. The input's `name` is the entity's. */
  parse: (parameters: QueryParameters, caller: Caller) => Input
  /** Condition keys beyond those of every request and the tags of the entity. */
  conditions?: (input: Input) => Conditions
  handle: (input: Input, entity: Entity, context: IamContext) => Promise<Answer>
}

/** An action on the entity that its input names. */
export function defineEntityAction<Input extends { name: string }>(definition: EntityActionDefinition<Input>): Action {
  const { name: actionName, kind, parse, conditions, handle } = definition
  return defineLoadedAction<Input, Entity>({
    name: actionName,
    parse,
    load: ({ name }, { env, accountId }) => getEntity(env, accountId, { kind, name }),
    describe: (input, entity, accountId) => {
      const { resource, conditions: tags } = describeEntity(entity, { accountId, kind, name: input.name })
      return { resource, conditions: { ...tags, ...conditions?.(input) } }
    },
    missing: ({ name }) => noSuchEntity(kind, name),
    handle,
  })
}

export interface HolderActionDefinition<Input extends { name: string | null }> {
  name: string
  /** Pure: throws QueryError on bad input. The input's `name` is a user's; null for the account itself, which asks. */
  parse: (parameters: QueryParameters, caller: Caller) => Input
  /** `user` is null for the account itself. */
  handle: (input: Input, user: Entity | null, context: IamContext) => Promise<Answer>
}

/** An action on a user, or on whoever asks where it names none: a user, or the account itself. */
export function defineHolderAction<Input extends { name: string | null }>(
  definition: HolderActionDefinition<Input>,
): Action {
  const { name: actionName, parse, handle } = definition
  return defineLoadedAction<Input, { user: Entity | null }>({
    name: actionName,
    parse,
    async load({ name }, { env, accountId }) {
      if (name === null) return { user: null }
      const user = await getEntity(env, accountId, { kind: 'user', name })
      return user === null ? null : { user }
    },
    describe({ name }, subject, accountId) {
      if (name === null) return { resource: accountPrincipal(accountId).arn, conditions: {} }
      return describeEntity(subject?.user ?? null, { accountId, kind: 'user', name })
    },
    missing: ({ name }) => noSuchEntity('user', name ?? ''),
    handle: (input, { user }, context) => handle(input, user, context),
  })
}

/** What policies are asked about; one that is not there is taken for one without a path. */
export function describeEntity(
  entity: Entity | null,
  { accountId, kind, name }: { accountId: string; kind: EntityKind; name: string },
): Described {
  if (entity === null) return { resource: entityArn(kind, { accountId, path: '/', name }), conditions: {} }
  return { resource: entity.arn, conditions: resourceTags(entity.tags) }
}
