// The resource /-/admin/accounts/{accountId}/service-control-policies: what an account may do at most.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
import { serviceControlPoliciesMax, serviceControlPolicyCharsMax } from '../limits.ts'
import { getAccount, rootAccountId } from '../store/tables/accounts.ts'
import {
  deleteServiceControlPolicy,
  listServiceControlPolicies,
  putServiceControlPolicy,
  type ServiceControlPolicy,
} from '../store/tables/service-control-policies.ts'
import { changeableAccount, invalid, noSuchAccount } from './accounts.ts'
import { noContent, refuse, succeed, type AdminAnswer, type Json } from './answer.ts'
import { check } from './fields.ts'
import { policyProblems } from './policy-input.ts'
import type { AdminRequest } from './route.ts'

function describe({ name, document, updated }: ServiceControlPolicy): { [name: string]: Json } {
  return { name, policy: JSON.parse(document) as Json, updated: new Date(updated).toISOString() }
}

/** GET: all of the account's policies, by name. */
export async function handleListServiceControlPolicies({ env, accountId }: AdminRequest): Promise<AdminAnswer> {
  // The root account has none.
  if (accountId !== rootAccountId && (await getAccount(env, accountId)) === null) return noSuchAccount(accountId)
  const policies = await listServiceControlPolicies(env, accountId)
  return succeed(200, { serviceControlPolicies: policies.map(describe) })
}

/** PUT: adds or replaces one. The root account cannot be bound. */
export async function handlePutServiceControlPolicy(request: AdminRequest): Promise<AdminAnswer> {
  const { env, accountId, policyName, body, now } = request
  const checked = check(body, ['policy'], (fields) => {
    const document = fields.json('policy')
    if (fields.problems.length === 0 && (document ?? null) === null)
      fields.problems.push('policy must be a JSON object')
    return document ?? ''
  })
  if (checked.outcome === 'invalid') return invalid(checked.problems)
  const problems = policyProblems(checked.value, 'identity', { charsMax: serviceControlPolicyCharsMax })
  if (!/^[\w+=,.@-]{1,128}$/.test(policyName))
    problems.push('the name must be 1 to 128 letters, digits and _ + = , . @ -')
  if (problems.length > 0) return invalid(problems)
  const found = await changeableAccount(env, accountId)
  if ('refusal' in found) return found.refusal
  const policy = { name: policyName, document: checked.value, updated: now }
  const { outcome } = await putServiceControlPolicy(env, accountId, policy, { countMax: serviceControlPoliciesMax })
  if (outcome === 'too-many') {
    return refuse('LimitExceeded', `An account has at most ${serviceControlPoliciesMax} service control policies`)
  }
  return succeed(200, describe(policy))
}

/** DELETE. */
export async function handleDeleteServiceControlPolicy(request: AdminRequest): Promise<AdminAnswer> {
  const { env, accountId, policyName } = request
  const isDeleted = await deleteServiceControlPolicy(env, accountId, policyName)
  return isDeleted
    ? noContent
    : refuse('NoSuchPolicy', `Account ${accountId} has no service control policy ${policyName}`)
}
