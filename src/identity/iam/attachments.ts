// Managed policies attached to users, groups and roles: one table of actions for the three, and who holds a policy.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html
import type { EntityKind } from '../../iam/arn.ts'
import { managedPolicy } from '../../iam/managed-policies.ts'
import { attachedPoliciesMax } from '../../limits.ts'
import { element, type Xml } from '../../s3/xml.ts'
import {
  attachPolicy,
  detachPolicy,
  listAttachedPolicies,
  listPolicyHolders,
  type PolicyHolder,
} from '../../store/tables/policy-attachments.ts'
import type { Action } from '../action.ts'
import { QueryError } from '../query-error.ts'
import { attachedPolicy } from './conditions.ts'
import { choice, entityName, pathPrefix, policyArnParameter } from './fields.ts'
import { defineEntityAction } from './entity-action.ts'
import { definePolicyAction } from './managed.ts'
import { cutPage, memberList, pageOf, parsePage } from './paging.ts'
import { capitalise, noSuchPolicy, notAttachable, quotaExceeded } from './refusals.ts'
import { attachedPolicyMembers, nameOfArn, pathOfArn } from './shapes.ts'

/** AttachUserPolicy, AttachGroupPolicy, AttachRolePolicy; an attached one stays so. */
function attach(kind: EntityKind): Action {
  return defineEntityAction({
    name: `Attach${capitalise(kind)}Policy`,
    kind,
    parse: (parameters) => ({ name: entityName(parameters, kind), arn: policyArnParameter(parameters, 'PolicyArn') }),
    conditions: ({ arn }) => attachedPolicy(arn),
    async handle({ arn }, { entityId }, { env, accountId, now }) {
      const builtIn = managedPolicy(arn) !== null
      const attachment = { entityId, policyArn: arn, accountId, attached: now, builtIn }
      const { outcome } = await attachPolicy(env, attachment, { countMax: attachedPoliciesMax })
      if (outcome === 'no-such-policy') throw notAttachable(arn)
      if (outcome === 'too-many') throw quotaExceeded(`PoliciesPer${capitalise(kind)}`, attachedPoliciesMax)
      return null
    },
  })
}

/** DetachUserPolicy, DetachGroupPolicy, DetachRolePolicy. */
function detach(kind: EntityKind): Action {
  return defineEntityAction({
    name: `Detach${capitalise(kind)}Policy`,
    kind,
    parse: (parameters) => ({ name: entityName(parameters, kind), arn: policyArnParameter(parameters, 'PolicyArn') }),
    conditions: ({ arn }) => attachedPolicy(arn),
    async handle({ arn }, { entityId }, { env }) {
      if (!(await detachPolicy(env, entityId, arn))) throw noSuchPolicy(arn)
      return null
    },
  })
}

/** ListAttachedUserPolicies, ListAttachedGroupPolicies, ListAttachedRolePolicies. */
function listAttached(kind: EntityKind): Action {
  return defineEntityAction({
    name: `ListAttached${capitalise(kind)}Policies`,
    kind,
    parse: (parameters) => ({
      name: entityName(parameters, kind),
      prefix: pathPrefix(parameters),
      page: parsePage(parameters),
    }),
    async handle({ prefix, page }, { entityId }, { env }) {
      const arns = await listAttachedPolicies(env, entityId)
      const listed = arns.filter((arn) => pathOfArn(arn).startsWith(prefix))
      // A built-in policy and one of the account may have the same name.
      const { items, tail } = pageOf(listed, page, (arn) => `${nameOfArn(arn)} ${arn.slice(0, 30)}`)
      return [memberList('AttachedPolicies', attachedPolicyMembers(items)), ...tail]
    },
  })
}

const kindOfFilter = { User: 'user', Group: 'group', Role: 'role' } as const
const allKinds: readonly EntityKind[] = ['group', 'role', 'user']
const filters = ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'] as const

/** ListEntitiesForPolicy. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html */
const listEntitiesForPolicy = definePolicyAction({
  name: 'ListEntitiesForPolicy',
  effect: 'reads',
  parse(parameters) {
    const filter = choice(parameters, 'EntityFilter', filters)
    if (filter === 'LocalManagedPolicy' || filter === 'AWSManagedPolicy') {
      throw new QueryError('InvalidInput', `EntityFilter ${filter} is no entity a policy can be attached to.`)
    }
    const usage = choice(parameters, 'PolicyUsageFilter', ['PermissionsPolicy', 'PermissionsBoundary'])
    const usages: ('policy' | 'boundary')[] = []
    if (usage !== 'PermissionsBoundary') usages.push('policy')
    if (usage !== 'PermissionsPolicy') usages.push('boundary')
    return {
      arn: policyArnParameter(parameters, 'PolicyArn'),
      kinds: filter === null ? allKinds : [kindOfFilter[filter]],
      pathPrefix: pathPrefix(parameters),
      usages,
      page: parsePage(parameters, { parts: 2 }),
    }
  },
  async handle({ arn, page, ...query }, _policy, { env, accountId }) {
    const [kind, name = ''] = page.after ?? []
    const after = kind === undefined ? null : { kind: allKinds.find((known) => known === kind) ?? 'user', name }
    const asked = { ...query, after, limit: page.maxItems + 1 }
    const holders = await listPolicyHolders(env, { accountId, policyArn: arn }, asked)
    const { items, tail } = cutPage(holders, page, (last) => [last.kind, last.name])
    return [...allKinds.map((of) => holderList(of, items)), ...tail]
  },
})

function holderList(kind: EntityKind, holders: readonly PolicyHolder[]): Xml {
  const type = capitalise(kind)
  const members = holders
    .filter((holder) => holder.kind === kind)
    .map(({ name, entityId }) => [element(`${type}Name`, name), element(`${type}Id`, entityId)])
  return memberList(`Policy${type}s`, members)
}

export const attachmentActions: readonly Action[] = [
  ...allKinds.flatMap((kind) => [attach(kind), detach(kind), listAttached(kind)]),
  listEntitiesForPolicy,
]
