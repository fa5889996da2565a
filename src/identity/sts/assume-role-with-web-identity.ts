import { webIdentityTokenCharsMax } from '../../limits.ts'
import { element } from '../../s3/xml.ts'
import { defineAction } from '../action.ts'
import { claimConditions } from '../oidc/claim-conditions.ts'
import { identityTokenError } from '../oidc/identity-token-problem.ts'
import { tokenTags } from '../oidc/token-tags.ts'
import { verifyIdentityToken, type VerifiedIdentity } from '../oidc/verify-identity-token.ts'
import { QueryError } from '../query-error.ts'
import { authoriseAssumption, findRole, issueRoleSession, type RoleSession } from './assumed-role.ts'
import { parseRoleArn, type RoleArn } from './role-arn.ts'
import { checkRoleDuration, parseRoleDuration } from './session-duration.ts'
import { checkSourceIdentity, parseSessionName } from './session-input.ts'
import { parseSessionPolicies, type PolicyInput } from './session-policies.ts'
import { checkedTags } from './session-tags.ts'

interface Input {
  arn: RoleArn
  sessionName: string
  seconds: number
  policies: PolicyInput
  token: string
}

/**
 * AssumeRoleWithWebIdentity: temporary credentials of a role for whom an OpenID Connect provider vouches. Not signed.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 *
 * Differs from AWS:
 * - Every provider is one that the role's account has registered, those of Google, Facebook and Amazon too.
 * - Trust policies may ask for every claim of a token, not only for those that AWS lists.
 * - A provider's certificate has to be valid for its name; the thumbprints that are registered with it are kept and not
 *   compared, as AWS does for providers whose certificates a known authority has signed. fetch() shows no certificates.
 */
export const assumeRoleWithWebIdentity = defineAction<Input>({
  name: 'AssumeRoleWithWebIdentity',
  service: 'sts',
  anonymous: true,
  parse(parameters) {
    if (parameters.optional('ProviderId') !== null) {
      throw new QueryError(
        'ValidationError',
        'ProviderId is for OAuth 2.0 access tokens; an OpenID Connect token is needed',
      )
    }
    return {
      arn: parseRoleArn(parameters.required('RoleArn')),
      sessionName: parseSessionName(parameters),
      seconds: parseRoleDuration(parameters),
      policies: parseSessionPolicies(parameters),
      token: checkToken(parameters.required('WebIdentityToken')),
    }
  },
  permissions: () => [],
  async handle({ arn, sessionName, seconds, policies, token }, context) {
    // 1. Who is it?
    const verified = await verifyIdentityToken(context.env, { token, accountId: arn.accountId }, context.now)
    if (verified.outcome === 'refused') throw identityTokenError(verified.problem)
    const { identity } = verified
    // 2. May they have this session?
    const found = await findRole(context, arn)
    if (found === null) throw refusal('sts:AssumeRoleWithWebIdentity', 'There is no such role')
    const conditions = claimConditions(identity.provider.url, identity.claims)
    const session: RoleSession = {
      sessionName,
      seconds,
      policies,
      ...fromToken(identity),
      web: { provider: identity.provider.arn, claims: conditions.session },
    }
    const request = {
      action: 'sts:AssumeRoleWithWebIdentity',
      conditions: { 'aws:federatedprovider': [identity.provider.arn], ...conditions.trust },
      webIdentity: { type: 'WebIdentity' as const, provider: identity.provider.arn },
      refusal,
    }
    await authoriseAssumption(context, request, found.role, session)
    checkRoleDuration(seconds, found.role.maxSessionSeconds, null)
    // 3. Here it is.
    return [
      element('SubjectFromWebIdentityToken', identity.subject),
      element('Audience', identity.audience),
      ...(await issueRoleSession(context, found, session)),
      element('Provider', identity.issuer),
    ]
  },
})

/** Not `checkText`: the answer must not repeat any of the token. */
function checkToken(token: string): string {
  if (token.length <= webIdentityTokenCharsMax) return token
  throw new QueryError(
    'ValidationError',
    `1 validation error detected: Value at 'webIdentityToken' failed to satisfy constraint: Member must have length less than or equal to ${webIdentityTokenCharsMax}`,
  )
}

/** Tags and source identity that the provider gives along. */
function fromToken({ claims }: VerifiedIdentity): Pick<RoleSession, 'tags' | 'sourceIdentity'> {
  const read = tokenTags(claims)
  if (read.outcome === 'refused') throw identityTokenError(read.problem)
  const { tags, transitiveTagKeys, sourceIdentity } = read.found
  return { tags: checkedTags(tags, transitiveTagKeys), sourceIdentity: checkSourceIdentity(sourceIdentity) }
}

function refusal(action: string, reason: string): QueryError {
  return new QueryError('AccessDenied', `Not authorized to perform ${action}`, reason)
}
