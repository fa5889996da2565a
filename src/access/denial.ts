// A refusal as a client is told it. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html#access-denied-message-examples
import { S3Error } from '../errors.ts'
import type { Identity } from '../auth/identity.ts'
import type { Decision, PolicyKind } from '../iam/decision.ts'
import type { Permission } from '../iam/permission.ts'

const policyNames: Record<PolicyKind, string> = {
  'service-control': 'service control policy',
  acl: 'access control list',
  boundary: 'permissions boundary',
  identity: 'identity-based policy',
  resource: 'resource-based policy',
  session: 'session policy',
}

/**
 * AccessDenied. Who belongs to the account that owns the resource is told which permission is missing and why; to others
 * that would tell something about somebody else's policies.
 */
export function accessDenied(
  decision: Extract<Decision, { allowed: false }>,
  { identity, permission, ownerAccountId }: { identity: Identity; permission: Permission; ownerAccountId: string | null },
): S3Error {
  const isInside = identity.kind === 'account' && (ownerAccountId ?? identity.accountId) === identity.accountId
  if (!isInside) return new S3Error('AccessDenied', { reason: decision.reason })
  return new S3Error('AccessDenied', {
    message: denialSentence(decision, identity.principal.arn, permission),
    reason: decision.reason,
  })
}

/** `User: … is not authorized to perform: … because no identity-based policy allows the s3:GetObject action`. */
export function denialSentence(
  { denial, matched, missing }: Extract<Decision, { allowed: false }>,
  arn: string,
  { action, resource }: Permission,
): string {
  const who = `User: ${arn} is not authorized to perform: ${action} on resource: "${resource}"`
  if (denial === 'explicit') return `${who} with an explicit deny in a ${policyNames[matched?.kind ?? 'identity']}`
  return `${who} because no ${policyNames[missing ?? 'identity']} allows the ${action} action`
}
