// A managed policy by its ARN: one of the account's own, or one that is built in.
import type { Env } from '../../env.ts'
import { managedPolicies, managedPolicy, type ManagedPolicy as BuiltInPolicy } from '../../iam/managed-policies.ts'
import type { Conditions } from '../../iam/permission.ts'
import { countPolicyUses, getPolicy, type ManagedPolicy } from '../../store/tables/policies.ts'
import { getPolicyVersion, listPolicyVersions, type PolicyVersion } from '../../store/tables/policy-versions.ts'
import type { Action } from '../action.ts'
import type { QueryParameters } from '../parameters.ts'
import { QueryError } from '../query-error.ts'
import { resourceTags } from './conditions.ts'
import { defineLoadedAction, type Answer, type IamContext } from './iam-action.ts'
import { noSuchPolicy } from './refusals.ts'

/** Null when the account has none of this ARN and none is built in. */
export async function findManaged({ env, accountId }: IamContext, arn: string): Promise<ManagedPolicy | null> {
  const builtIn = managedPolicy(arn)
  if (builtIn === null) return getPolicy(env, accountId, arn)
  const [policy] = await describeBuiltIn(env, accountId, [builtIn])
  return policy ?? null
}

/** All that are built in, by name, as the account uses them. */
export function listBuiltIn(env: Env, accountId: string): Promise<ManagedPolicy[]> {
  return describeBuiltIn(
    env,
    accountId,
    managedPolicies.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  )
}

async function describeBuiltIn(
  env: Env,
  accountId: string,
  policies: readonly BuiltInPolicy[],
): Promise<ManagedPolicy[]> {
  const uses = await countPolicyUses(
    env,
    accountId,
    policies.map(({ arn }) => arn),
  )
  return policies.map((policy) => ({
    arn: policy.arn,
    policyId: policy.policyId,
    accountId: 'aws',
    name: policy.name,
    path: '/',
    description: policy.description,
    created: Date.parse(policy.created),
    updated: Date.parse(policy.updated),
    defaultVersion: numberOf(policy),
    tags: {},
    attachments: uses.get(policy.arn)?.attachments ?? 0,
    boundaries: uses.get(policy.arn)?.boundaries ?? 0,
  }))
}

/** The versions of a policy, the newest first; one that is built in has one. */
export async function versionsOf(env: Env, { arn }: ManagedPolicy): Promise<PolicyVersion[]> {
  const builtIn = managedPolicy(arn)
  if (builtIn !== null) return [builtInVersion(builtIn)]
  return (await listPolicyVersions(env, [arn])).get(arn) ?? []
}

/** One version; null when there is none. */
export async function versionOf(env: Env, { arn }: ManagedPolicy, version: number): Promise<PolicyVersion | null> {
  const builtIn = managedPolicy(arn)
  if (builtIn !== null) return version === numberOf(builtIn) ? builtInVersion(builtIn) : null
  return getPolicyVersion(env, arn, version)
}

function builtInVersion(policy: BuiltInPolicy): PolicyVersion {
  const { document, updated } = policy
  return { version: numberOf(policy), document, isDefault: true, created: Date.parse(updated) }
}

/** `v3` is 3. */
function numberOf({ versionId }: BuiltInPolicy): number {
  return Number(versionId.slice(1))
}

export interface PolicyActionDefinition<Input extends { arn: string }> {
  name: string
  /** Whether it changes the policy, which nobody may do to one that is built in. */
  effect: 'reads' | 'changes'
  /** Pure: throws QueryError on bad input. The input's `arn` is the policy's. */
  parse: (parameters: QueryParameters) => Input
  /** Condition keys beyond those of every request and the tags of the policy. */
  conditions?: (input: Input) => Conditions
  /** Default: that it was not found. */
  missing?: (input: Input) => QueryError
  handle: (input: Input, policy: ManagedPolicy, context: IamContext) => Promise<Answer>
}

/** An action on the managed policy that its input names. */
export function definePolicyAction<Input extends { arn: string }>(definition: PolicyActionDefinition<Input>): Action {
  const { name, effect, parse, conditions, missing, handle } = definition
  return defineLoadedAction<Input, ManagedPolicy>({
    name,
    parse,
    load: ({ arn }, context) => findManaged(context, arn),
    describe: (input, policy) => ({
      resource: input.arn,
      conditions: { ...resourceTags(policy?.tags ?? {}), ...conditions?.(input) },
    }),
    missing: (input) => missing?.(input) ?? noSuchPolicy(input.arn),
    async handle(input, policy, context) {
      if (effect === 'changes' && managedPolicy(input.arn) !== null) throw notYours(name, input.arn, context)
      return handle(input, policy, context)
    },
  })
}

function notYours(action: string, arn: string, { caller }: IamContext): QueryError {
  return new QueryError(
    'AccessDenied',
    `User: ${caller.principal.arn} is not authorized to perform: iam:${action} on resource: policy ${arn}`,
  )
}
