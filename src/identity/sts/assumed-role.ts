// A role's session: decided, made and told in the same way whoever assumes it.
import type { Session } from '../../auth/identity.ts'
import type { WebIdentity } from '../../iam/trust.ts'
import { requestTagConditions, tagConditions, type Conditions } from '../../iam/permission.ts'
import { getAccount, rootAccountId, type Account } from '../../store/tables/accounts.ts'
import { getRole, type Role } from '../../store/tables/roles.ts'
import { element, type Xml } from '../../s3/xml.ts'
import { issueCredentials, packedPolicyElement, plainSession } from './issue-session.ts'
import { packedPolicySize } from './packed-policy.ts'
import { sessionPolicyDocuments, type PolicyInput } from './session-policies.ts'
import type { ActionContext } from '../action.ts'
import type { QueryError } from '../query-error.ts'
import type { RoleArn } from './role-arn.ts'
import type { SessionTags } from './session-tags.ts'

/** A role and the account it belongs to. */
export interface FoundRole {
  role: Role
  account: Account
}

/** The session that is asked for. */
export interface RoleSession {
  sessionName: string
  seconds: number
  policies: PolicyInput
  /** Those inherited from the caller's session among them. */
  tags: SessionTags
  sourceIdentity: string | null
  /** Where a provider vouches for whoever asks: the provider's ARN, and claims for the session's own requests. */
  web: { provider: string; claims: Readonly<Record<string, readonly string[]>> } | null
}

/** The role of this ARN, to the letter; null when there is none, or its account is disabled. */
export async function findRole({ env }: ActionContext, { arn, accountId, name }: RoleArn): Promise<FoundRole | null> {
  const [role, account] = await Promise.all([getRole(env, accountId, name), getAccount(env, accountId)])
  if (role === null || role.arn !== arn || account === null || account.isDisabled) return null
  return { role, account }
}

/** What a trust policy may ask of the session, beside what it may ask of the request. */
function sessionConditions(role: Role, { sessionName, sourceIdentity, tags }: RoleSession): Conditions {
  return {
    'sts:rolesessionname': [sessionName],
    'sts:sourceidentity': sourceIdentity === null ? [] : [sourceIdentity],
    'sts:transitivetagkeys': tags.transitiveTagKeys,
    ...requestTagConditions(tags.tags),
    ...tagConditions('aws:resourcetag/', role.tags),
    ...tagConditions('iam:resourcetag/', role.tags),
  }
}

/** Who asks for a role's session, and how. */
export interface AssumptionRequest {
  /** `sts:AssumeRole` and its like. */
  action: string
  /** What a trust policy may ask beside the session: `sts:externalid`, claims of a token. */
  conditions: Conditions
  /** Null: the caller. */
  webIdentity: WebIdentity | null
  /** The error for an action that is not allowed; `reason` is for the log. */
  refusal: (action: string, reason: string) => QueryError
}

/**
 * Throws the refusal unless whoever asks may assume the role and, where the session has them, set its tags and its source
 * identity, inherited ones too. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
export async function authoriseAssumption(
  context: ActionContext,
  { action, conditions, webIdentity, refusal }: AssumptionRequest,
  role: Role,
  session: RoleSession,
): Promise<void> {
  const actions = [action]
  if (Object.keys(session.tags.tags).length > 0) actions.push('sts:TagSession')
  if (session.sourceIdentity !== null) actions.push('sts:SetSourceIdentity')
  const all = { ...conditions, ...sessionConditions(role, session) }
  for (const asked of actions) {
    const decision = await context.mayAssume({ action: asked, role, conditions: all, webIdentity })
    if (!decision.allowed) throw refusal(asked, decision.reason)
  }
}

/** Makes the session. The elements every answer has: `<AssumedRoleUser>`, `<Credentials>`, `<PackedPolicySize>`, …. */
export async function issueRoleSession(
  { env, now }: ActionContext,
  { role, account }: FoundRole,
  asked: RoleSession,
): Promise<(Xml | null)[]> {
  const { sessionName, seconds, sourceIdentity, web, tags } = asked
  const policies = await sessionPolicyDocuments(env, role.accountId, asked.policies)
  const percent = packedPolicySize(policies, tags.tags)
  const session: Session = {
    ...plainSession({ now, seconds }),
    policies,
    ...tags,
    sourceIdentity,
    federatedProvider: web?.provider ?? null,
    ...(web !== null && { webIdentity: web.claims }),
  }
  const { accountId, roleId } = role
  const arn = `arn:aws:sts::${accountId}:assumed-role/${role.name}/${sessionName}`
  const userId = `${roleId}:${sessionName}`
  const credentials = await issueCredentials(env, {
    accountId,
    canonicalId: account.canonicalId,
    displayName: account.name,
    isRoot: accountId === rootAccountId,
    principal: { type: 'AssumedRole', accountId, arn, userId, roleArn: role.arn, roleId, sessionName },
    session,
  })
  return [
    element('AssumedRoleUser', [element('Arn', arn), element('AssumedRoleId', userId)]),
    credentials,
    packedPolicyElement(percent),
    sourceIdentity === null ? null : element('SourceIdentity', sourceIdentity),
  ]
}
