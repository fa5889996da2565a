import { requestTagConditions } from '../../iam/permission.ts'
import { element } from '../../s3/xml.ts'
import { defineAction } from '../action.ts'
import { QueryError } from '../query-error.ts'
import { checkText } from '../iam/fields.ts'
import { issueCredentials, packedPolicyElement, plainSession, refuseBounded } from './issue-session.ts'
import { packedPolicySize } from './packed-policy.ts'
import { parseTokenDuration } from './session-duration.ts'
import { parseSessionPolicies, sessionPolicyDocuments } from './session-policies.ts'
import { parseSessionTags } from './session-tags.ts'

/**
 * GetFederationToken: temporary credentials for somebody the caller names, who may do what both the caller and the session
 * policies allow; without session policies nothing but what a bucket policy grants to the federated user by name.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
 */
export const getFederationToken = defineAction({
  name: 'GetFederationToken',
  service: 'sts',
  parse: (parameters, caller) => ({
    name: checkText('Name', parameters.required('Name'), { min: 2, max: 32, pattern: /^[\w+=,.@-]*$/ }),
    seconds: parseTokenDuration(parameters, caller),
    policies: parseSessionPolicies(parameters),
    tags: parseSessionTags(parameters).tags,
  }),
  permissions({ name, tags }, caller) {
    const resource = federatedUserArn(caller?.accountId ?? '', name)
    const conditions = requestTagConditions(tags)
    const actions =
      Object.keys(tags).length === 0 ? ['sts:GetFederationToken'] : ['sts:GetFederationToken', 'sts:TagSession']
    return actions.map((action) => ({ action, resource, conditions }))
  },
  async handle({ name, seconds, policies, tags }, { env, caller, now }) {
    if (caller === null) throw new QueryError('MissingAuthenticationToken', 'Request is missing Authentication Token')
    refuseBounded(caller)
    const { accountId, canonicalId, displayName, isRoot, principal } = caller
    const documents = await sessionPolicyDocuments(env, accountId, policies)
    const percent = packedPolicySize(documents, tags)
    const arn = federatedUserArn(accountId, name)
    const userId = `${accountId}:${name}`
    const credentials = await issueCredentials(env, {
      accountId,
      canonicalId,
      displayName,
      isRoot,
      principal: {
        type: 'FederatedUser',
        accountId,
        arn,
        userId,
        issuer: { arn: principal.arn, userId: principal.userId },
      },
      session: { ...plainSession({ now, seconds }), policies: documents, tags },
    })
    return [
      credentials,
      element('FederatedUser', [element('Arn', arn), element('FederatedUserId', userId)]),
      packedPolicyElement(percent),
    ]
  },
})

function federatedUserArn(accountId: string, name: string): string {
  return `arn:aws:sts::${accountId}:federated-user/${name}`
}
