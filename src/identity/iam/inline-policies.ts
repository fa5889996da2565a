// Policies that are part of one user, group or role: one table of actions for the three.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html
import type { EntityKind } from '../../iam/arn.ts'
import { inlinePolicyCharsMax } from '../../limits.ts'
import { element } from '../../s3/xml.ts'
import {
  deleteInlinePolicy,
  getInlinePolicy,
  listInlinePolicyNames,
  putInlinePolicy,
} from '../../store/tables/inline-policies.ts'
import type { Action } from '../action.ts'
import { QueryError } from '../query-error.ts'
import { entityName, policyName } from './fields.ts'
import { defineEntityAction } from './entity-action.ts'
import { memberList, pageOf, parsePage } from './paging.ts'
import { checkIdentityPolicy, policyDocument } from './policy-document.ts'
import { policyCharacters } from '../../iam/policy-size.ts'
import { capitalise, noSuchInlinePolicy } from './refusals.ts'
import { encodeDocument } from './shapes.ts'

/** PutUserPolicy, PutGroupPolicy, PutRolePolicy: adds or replaces. */
function put(kind: EntityKind): Action {
  return defineEntityAction({
    name: `Put${capitalise(kind)}Policy`,
    kind,
    parse: (parameters) => ({
      name: entityName(parameters, kind),
      policy: policyName(parameters),
      document: checkIdentityPolicy(policyDocument(parameters, 'PolicyDocument')),
    }),
    async handle({ policy, document }, { entityId, name }, { env }) {
      const sizeMax = inlinePolicyCharsMax[kind]
      const size = policyCharacters(document)
      const { outcome } = await putInlinePolicy(env, entityId, { name: policy, document, size }, { sizeMax })
      if (outcome === 'too-large') {
        throw new QueryError('LimitExceeded', `Maximum policy size of ${sizeMax} bytes exceeded for ${kind} ${name}`)
      }
      return null
    },
  })
}

/** GetUserPolicy, GetGroupPolicy, GetRolePolicy. */
function get(kind: EntityKind): Action {
  return defineEntityAction({
    name: `Get${capitalise(kind)}Policy`,
    kind,
    parse: (parameters) => ({ name: entityName(parameters, kind), policy: policyName(parameters) }),
    async handle({ policy }, { entityId, name }, { env }) {
      const found = await getInlinePolicy(env, entityId, policy)
      if (found === null) throw noSuchInlinePolicy(kind, policy)
      return [
        element(`${capitalise(kind)}Name`, name),
        element('PolicyName', found.name),
        element('PolicyDocument', encodeDocument(found.document)),
      ]
    },
  })
}

/** DeleteUserPolicy, DeleteGroupPolicy, DeleteRolePolicy. */
function remove(kind: EntityKind): Action {
  return defineEntityAction({
    name: `Delete${capitalise(kind)}Policy`,
    kind,
    parse: (parameters) => ({ name: entityName(parameters, kind), policy: policyName(parameters) }),
    async handle({ policy }, { entityId }, { env }) {
      if (!(await deleteInlinePolicy(env, entityId, policy))) throw noSuchInlinePolicy(kind, policy)
      return null
    },
  })
}

/** ListUserPolicies, ListGroupPolicies, ListRolePolicies. */
function list(kind: EntityKind): Action {
  return defineEntityAction({
    name: `List${capitalise(kind)}Policies`,
    kind,
    parse: (parameters) => ({ name: entityName(parameters, kind), page: parsePage(parameters) }),
    async handle({ page }, { entityId }, { env }) {
      const { items, tail } = pageOf(await listInlinePolicyNames(env, entityId), page, (name) => name)
      return [memberList('PolicyNames', items), ...tail]
    },
  })
}

const kinds: readonly EntityKind[] = ['group', 'role', 'user']

export const inlinePolicyActions: readonly Action[] = kinds.flatMap((kind) => [
  put(kind),
  get(kind),
  remove(kind),
  list(kind),
])
