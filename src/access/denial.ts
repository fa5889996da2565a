// A refusal as a client is told it. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html#access-denied-message-examples
import { S3Error } from '../errors.ts'
import type { Decision, PolicyKind } from '../iam/decision.ts'
import type { Permission } from '../iam/permission.ts'
import type { Verdict } from './access.ts'

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
export function accessDenied(verdict: Extract<Verdict, { allowed: false }>): S3Error {
  const { identity, ownerAccountId, permission, reason } = verdict
  const isInside = identity.kind === 'account' && (ownerAccountId ?? identity.accountId) === identity.accountId
  if (!isInside) return new S3Error('AccessDenied', { reason })
  return new S3Error('AccessDenied', { message: denialSentence(verdict, identity.principal.arn, permission), reason })
}

/** `User: … is not authorized to perform: … because no identity-based policy allows the s3:GetObject action`. */
export function denialSentence(
  { denial, matched, missing }: Extract<Decision, { allowed: false }>,
  arn: string,
  { action, resource }: Permission,
): string {
  // S3 quotes the resource, IAM and STS do not.
  const shown = action.startsWith('s3:') ? `"${resource}"` : resource
  const who = `User: ${arn} is not authorized to perform: ${action} on resource: ${shown}`
  if (denial === 'explicit') {
    const name = policyNames[matched?.kind ?? 'identity']
    return `${who} with an explicit deny in ${/^[ai]/.test(name) ? 'an' : 'a'} ${name}`
  }
  return `${who} because no ${policyNames[missing ?? 'identity']} allows the ${action} action`
}
