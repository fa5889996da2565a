import type { Session } from '../../auth/identity.ts'
import { element, type Xml } from '../../s3/xml.ts'
import { defineAction, type ActionContext, type Caller } from '../action.ts'
import { QueryError } from '../query-error.ts'
import { authoriseAssumption, findRole, issueRoleSession } from './assumed-role.ts'
import { checkText } from '../iam/fields.ts'
import { isTemporary } from '../session-limits.ts'
import { issueCredentials, ownSession, packedPolicyElement } from './issue-session.ts'
import { packedPolicySize } from './packed-policy.ts'
import { parseRoleArn, type RoleArn } from './role-arn.ts'
import { checkRoleDuration, parseRoleDuration } from './session-duration.ts'
import { checkSourceIdentity, parseSessionName, refuseDevice } from './session-input.ts'
import { parseSessionPolicies, sessionPolicyDocuments, type PolicyInput } from './session-policies.ts'
import { parseSessionTags, withInherited, type SessionTags } from './session-tags.ts'
import type { QueryParameters } from '../parameters.ts'

interface Input {
  seconds: number
  policies: PolicyInput
  /** Null: credentials of the caller itself are asked for. */
  role: {
    arn: RoleArn
    sessionName: string
    tags: SessionTags
    sourceIdentity: string | null
    externalId: string | null
  } | null
}

/**
 * AssumeRole: temporary credentials of a role, for whom its trust policy allows it.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 *
 * Differs from AWS:
 * - An account's own key may assume a role that trusts its account; AWS refuses its root user.
 * - Without a RoleArn, which AWS requires, the credentials are the caller's own, bounded by the session policies, as
 *   clients of MinIO and RustFS ask for them.
 */
export const assumeRole = defineAction<Input>({
  name: 'AssumeRole',
  service: 'sts',
  parse(parameters) {
    refuseDevice(parameters)
    return {
      seconds: parseRoleDuration(parameters),
      policies: parseSessionPolicies(parameters),
      role: parameters.optional('RoleArn') === null ? parseOwn(parameters) : parseRole(parameters),
    }
  },
  // The role's trust policy is heard beside the caller's own, once the role is known.
  permissions: () => [],
  handle: (input, context) => {
    const { caller } = context
    if (caller === null) throw new QueryError('MissingAuthenticationToken', 'Request is missing Authentication Token')
    return input.role === null
      ? issueOwn(input, context, caller)
      : issueRole({ ...input, role: input.role }, context, caller)
  },
})

function parseRole(parameters: QueryParameters): NonNullable<Input['role']> {
  const externalId = parameters.optional('ExternalId')
  return {
    arn: parseRoleArn(parameters.required('RoleArn')),
    sessionName: parseSessionName(parameters),
    tags: parseSessionTags(parameters),
    sourceIdentity: checkSourceIdentity(parameters.optional('SourceIdentity')),
    externalId:
      externalId === null
        ? null
        : checkText('ExternalId', externalId, { min: 2, max: 1224, pattern: /^[\w+=,.@:/-]*$/ }),
  }
}

/** Tags and a source identity are a role's to allow; there is none. */
function parseOwn(parameters: QueryParameters): null {
  if (parameters.structures('Tags').length > 0 || parameters.optional('SourceIdentity') !== null)
    parameters.required('RoleArn')
  return null
}

async function issueRole(
  { role: asked, seconds, policies }: Input & { role: NonNullable<Input['role']> },
  context: ActionContext,
  caller: Caller,
): Promise<(Xml | null)[]> {
  const refusal = (action: string, reason: string) =>
    new QueryError(
      'AccessDenied',
      `User: ${caller.principal.arn} is not authorized to perform: ${action} on resource: ${asked.arn.arn}`,
      reason,
    )
  // A role that is not there is one that nobody may assume: which it is, is not told.
  const found = await findRole(context, asked.arn)
  if (found === null) throw refusal('sts:AssumeRole', 'There is no such role')
  const session = {
    sessionName: asked.sessionName,
    seconds,
    policies,
    tags: withInherited(asked.tags, caller.session),
    sourceIdentity: keptSourceIdentity(asked.sourceIdentity, caller.session),
    web: null,
  }
  const conditions = { 'sts:externalid': asked.externalId === null ? [] : [asked.externalId] }
  const request = { action: 'sts:AssumeRole', conditions, webIdentity: null, refusal }
  await authoriseAssumption(context, request, found.role, session)
  checkRoleDuration(seconds, found.role.maxSessionSeconds, caller)
  return issueRoleSession(context, found, session)
}

/** A source identity, once set, stays through all sessions that follow. */
function keptSourceIdentity(asked: string | null, from: Session | null): string | null {
  const kept = from?.sourceIdentity ?? null
  if (kept !== null && asked !== null && asked !== kept) {
    throw new QueryError('ValidationError', 'The source identity is already set for this assume role session')
  }
  return kept ?? asked
}

async function issueOwn(
  { seconds, policies }: Input,
  { env, now }: ActionContext,
  caller: Caller,
): Promise<(Xml | null)[]> {
  // Else a session could outlive itself, and what bounds it.
  if (isTemporary(caller)) {
    throw new QueryError('AccessDenied', 'Cannot call AssumeRole without a role with session credentials')
  }
  const { arn, userId, accountId } = caller.principal
  const documents = await sessionPolicyDocuments(env, accountId, policies)
  const percent = packedPolicySize(documents, {})
  return [
    element('AssumedRoleUser', [element('Arn', arn), element('AssumedRoleId', userId)]),
    await issueCredentials(env, ownSession(caller, { now, seconds }, documents)),
    packedPolicyElement(percent),
  ]
}
