// THE TABLE of IAM's actions, by what they are about.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html
import type { Action } from '../action.ts'
import { absentActions } from './absent.ts'
import { accessKeyActions } from './access-keys.ts'
import { accountActions } from './account.ts'
import { attachmentActions } from './attachments.ts'
import { getAccountAuthorizationDetails } from './authorization-details.ts'
import { boundaryActions } from './boundaries.ts'
import { groupActions } from './groups.ts'
import { inlinePolicyActions } from './inline-policies.ts'
import { notImplementedActions } from './not-implemented.ts'
import { oidcProviderActions } from './oidc-providers.ts'
import { policyActions } from './policies.ts'
import { policyVersionActions } from './policy-versions.ts'
import { roleActions } from './roles.ts'
import { simulatorActions } from './simulators.ts'
import { tagActions } from './tags.ts'
import { userActions } from './users.ts'

export const iamActions: readonly Action[] = [
  ...absentActions,
  ...accessKeyActions,
  ...accountActions,
  ...attachmentActions,
  ...boundaryActions,
  getAccountAuthorizationDetails,
  ...groupActions,
  ...inlinePolicyActions,
  ...notImplementedActions,
  ...oidcProviderActions,
  ...policyActions,
  ...policyVersionActions,
  ...roleActions,
  ...simulatorActions,
  ...tagActions,
  ...userActions,
]
