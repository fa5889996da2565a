// The account: its alias, and how much of everything it has and may have.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
import {
  accessKeysPerUserMax,
  attachedPoliciesMax,
  groupsPerAccountMax,
  groupsPerUserMax,
  inlinePolicyCharsMax,
  managedPolicyCharsMax,
  policiesPerAccountMax,
  policyVersionsMax,
  rolesPerAccountMax,
  trustPolicyCharsMax,
  usersPerAccountMax,
} from '../../limits.ts'
import { element } from '../../s3/xml.ts'
import { deleteAlias, getAlias, setAlias } from '../../store/tables/account-aliases.ts'
import { countIdentities, type IdentityCounts } from '../../store/tables/identity-counts.ts'
import type { Action } from '../action.ts'
import type { QueryParameters } from '../parameters.ts'
import { QueryError } from '../query-error.ts'
import { checkText, requiredText } from './fields.ts'
import { defineIamAction } from './iam-action.ts'
import { memberList, pageOf, parsePage } from './paging.ts'

function aliasParameter(parameters: QueryParameters): { alias: string } {
  const rule = { min: 3, max: 63, pattern: /^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$/ }
  return { alias: checkText('AccountAlias', requiredText(parameters, 'AccountAlias'), rule) }
}

/** CreateAccountAlias: in the place of the one there was. */
const createAccountAlias = defineIamAction({
  name: 'CreateAccountAlias',
  parse: aliasParameter,
  resource: () => '*',
  async handle({ alias }, { env, accountId }) {
    const { outcome } = await setAlias(env, accountId, alias)
    if (outcome === 'taken') {
      throw new QueryError('EntityAlreadyExists', `The account alias ${alias} already exists.`)
    }
    return null
  },
})

/** DeleteAccountAlias. */
const deleteAccountAlias = defineIamAction({
  name: 'DeleteAccountAlias',
  parse: aliasParameter,
  resource: () => '*',
  async handle({ alias }, { env, accountId }) {
    if (!(await deleteAlias(env, accountId, alias))) {
      throw new QueryError('NoSuchEntity', `The account alias ${alias} cannot be found.`)
    }
    return null
  },
})

/** ListAccountAliases: one or none. */
const listAccountAliases = defineIamAction({
  name: 'ListAccountAliases',
  parse: (parameters) => ({ page: parsePage(parameters) }),
  resource: () => '*',
  async handle({ page }, { env, accountId }) {
    const alias = await getAlias(env, accountId)
    const { items, tail } = pageOf(alias === null ? [] : [alias], page, (name) => name)
    return [memberList('AccountAliases', items), ...tail]
  },
})

/** GetAccountSummary. */
const getAccountSummary = defineIamAction({
  name: 'GetAccountSummary',
  parse: () => null,
  resource: () => '*',
  async handle(_input, { env, accountId }) {
    const entries = Object.entries(summary(await countIdentities(env, accountId)))
    return [
      element(
        'SummaryMap',
        entries.map(([key, value]) => element('entry', [element('key', key), element('value', value)])),
      ),
    ]
  },
})

/** What is not there at all (certificates, MFA devices, instance profiles) is counted as none of none. */
function summary(counts: IdentityCounts): Record<string, number> {
  return {
    AccessKeysPerUserQuota: accessKeysPerUserMax,
    AccountAccessKeysPresent: Math.min(counts.accessKeys, 1),
    AccountMFAEnabled: 0,
    AccountPasswordPresent: 0,
    AccountSigningCertificatesPresent: 0,
    AssumeRolePolicySizeQuota: trustPolicyCharsMax,
    AttachedPoliciesPerGroupQuota: attachedPoliciesMax,
    AttachedPoliciesPerRoleQuota: attachedPoliciesMax,
    AttachedPoliciesPerUserQuota: attachedPoliciesMax,
    GlobalEndpointTokenVersion: 2,
    GroupPolicySizeQuota: inlinePolicyCharsMax.group,
    Groups: counts.groups,
    GroupsPerUserQuota: groupsPerUserMax,
    GroupsQuota: groupsPerAccountMax,
    InstanceProfiles: 0,
    InstanceProfilesQuota: 0,
    MFADevices: 0,
    MFADevicesInUse: 0,
    Policies: counts.policies,
    PoliciesQuota: policiesPerAccountMax,
    PolicySizeQuota: managedPolicyCharsMax,
    PolicyVersionsInUse: counts.policyVersions,
    // More than all policies can have here.
    PolicyVersionsInUseQuota: 10_000,
    Providers: counts.providers,
    RolePolicySizeQuota: inlinePolicyCharsMax.role,
    Roles: counts.roles,
    RolesQuota: rolesPerAccountMax,
    ServerCertificates: 0,
    ServerCertificatesQuota: 0,
    SigningCertificatesPerUserQuota: 0,
    UserPolicySizeQuota: inlinePolicyCharsMax.user,
    Users: counts.users,
    UsersQuota: usersPerAccountMax,
    VersionsPerPolicyQuota: policyVersionsMax,
  }
}

export const accountActions: readonly Action[] = [
  createAccountAlias,
  deleteAccountAlias,
  getAccountSummary,
  listAccountAliases,
]
