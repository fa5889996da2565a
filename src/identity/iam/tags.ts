// Tags of users, roles, policies and providers: three actions each. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
import { requestTagConditions, type Conditions } from '../../iam/permission.ts'
import { getEntity } from '../../store/tables/entities.ts'
import { getOidcProvider } from '../../store/tables/oidc-providers.ts'
import { replaceTags, type TaggedResource, type Tags } from '../../store/tables/tags.ts'
import type { Action } from '../action.ts'
import type { QueryParameters } from '../parameters.ts'
import { removedTags } from './conditions.ts'
import { defineEntityAction } from './entity-action.ts'
import { entityName, policyArnParameter } from './fields.ts'
import type { Answer, IamContext } from './iam-action.ts'
import { definePolicyAction, findManaged } from './managed.ts'
import { defineProviderAction, providerArn } from './oidc-provider-action.ts'
import { memberList, pageOf, parsePage } from './paging.ts'
import { capitalise, changedMeanwhile } from './refusals.ts'
import {
  checkTagCount,
  requestedTagKeys,
  requestedTags,
  sortedTags,
  tagMembers,
  withoutTags,
  withTags,
  type KeyCase,
} from './tag-fields.ts'

/** What tags hang on, whatever it is. */
interface Tagged {
  resource: TaggedResource
  /** As they were read with it. */
  tags: Tags
  /** As they are now; null when it is gone. */
  reload: () => Promise<Tags | null>
}

/** Defines an action on something with tags; `Target` names it. */
type Define<Target> = <More>(definition: {
  name: string
  effect: 'reads' | 'changes'
  parse: (parameters: QueryParameters) => Target & More
  conditions?: (input: Target & More) => Conditions
  handle: (input: Target & More, tagged: Tagged, context: IamContext) => Promise<Answer>
}) => Action

/** `type` as in TagUser, UntagUser and ListUserTags. */
function tagActionsOf<Target>(
  { type, keyCase }: { type: string; keyCase: KeyCase },
  target: (parameters: QueryParameters) => Target,
  define: Define<Target>,
): Action[] {
  return [
    define({
      name: `Tag${type}`,
      effect: 'changes',
      parse: (parameters) => ({ ...target(parameters), put: requestedTags(parameters, keyCase) }),
      conditions: ({ put }) => requestTagConditions(put),
      handle: ({ put }, tagged, context) => changeTags(context, tagged, (tags) => withTags(tags, put, keyCase)),
    }),
    define({
      name: `Untag${type}`,
      effect: 'changes',
      parse: (parameters) => ({ ...target(parameters), keys: requestedTagKeys(parameters) }),
      conditions: ({ keys }) => removedTags(keys),
      handle: ({ keys }, tagged, context) => changeTags(context, tagged, (tags) => withoutTags(tags, keys, keyCase)),
    }),
    define({
      name: `List${type}Tags`,
      effect: 'reads',
      parse: (parameters) => ({ ...target(parameters), page: parsePage(parameters) }),
      async handle({ page }, { tags }) {
        const { items, tail } = pageOf(sortedTags(tags), page, ([key]) => key)
        return [memberList('Tags', tagMembers(items)), ...tail]
      },
    }),
  ]
}

/** A change made by somebody else in between is seen this often before the client is told. */
const attemptsMax = 3

async function changeTags(
  { env }: IamContext,
  { resource, tags, reload }: Tagged,
  change: (tags: Tags) => Tags,
): Promise<Answer> {
  let from = tags
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const { outcome } = await replaceTags(env, resource, { from, to: checkTagCount(change(from)) })
    if (outcome === 'replaced') return null
    const current = await reload()
    if (current === null) break
    from = current
  }
  throw changedMeanwhile()
}

function entityTagActions(kind: 'user' | 'role'): Action[] {
  const target = (parameters: QueryParameters): { name: string } => ({ name: entityName(parameters, kind) })
  return tagActionsOf(
    { type: capitalise(kind), keyCase: 'one-key' },
    target,
    ({ effect: _effect, handle, ...definition }) =>
      defineEntityAction({
        ...definition,
        kind,
        handle: (input, { entityId, name, tags }, context) => {
          const { env, accountId } = context
          const reload = async (): Promise<Tags | null> => {
            const entity = await getEntity(env, accountId, { kind, name })
            return entity?.entityId === entityId ? entity.tags : null
          }
          return handle(input, { resource: { table: 'entities', entityId }, tags, reload }, context)
        },
      }),
  )
}

const policyTagActions = tagActionsOf(
  { type: 'Policy', keyCase: 'two-keys' },
  (parameters) => ({ arn: policyArnParameter(parameters, 'PolicyArn') }),
  ({ handle, ...definition }) =>
    definePolicyAction({
      ...definition,
      handle: (input, { arn, tags }, context) => {
        const reload = async (): Promise<Tags | null> => (await findManaged(context, arn))?.tags ?? null
        return handle(input, { resource: { table: 'policies', policyArn: arn }, tags, reload }, context)
      },
    }),
)

const providerTagActions = tagActionsOf(
  { type: 'OpenIDConnectProvider', keyCase: 'two-keys' },
  providerArn,
  ({ effect: _effect, handle, ...definition }) =>
    defineProviderAction({
      ...definition,
      handle: (input, { accountId, url, tags }, context) => {
        const reload = async (): Promise<Tags | null> => {
          return (await getOidcProvider(context.env, accountId, url))?.tags ?? null
        }
        return handle(input, { resource: { table: 'oidc_providers', accountId, url }, tags, reload }, context)
      },
    }),
)

export const tagActions: readonly Action[] = [
  ...entityTagActions('user'),
  ...entityTagActions('role'),
  ...policyTagActions,
  ...providerTagActions,
]
