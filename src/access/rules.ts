// Decisions that follow from who asks and what for, without a policy. No I/O, no clock.
import { bucketArn } from '../iam/permission.ts'
import { asksForTags, type Loaded } from './policy-set.ts'
import type { Identity } from '../auth/identity.ts'
import type { Decision } from '../iam/decision.ts'
import type { NamedPolicy, PolicySet } from '../iam/policy.ts'
import type { SignedPrincipal } from '../iam/principal.ts'
import type { Bucket } from '../store/buckets.ts'

export const nothingAsked: Decision = { allowed: true, matched: null, reason: 'No permission is needed' }
export const ownersOwn: Decision = {
  allowed: true,
  matched: null,
  reason: "The account's own bucket, and nothing may forbid it",
}
export const initiatorsOwn: Decision = { allowed: true, matched: null, reason: "The initiator's own upload" }
export const nothingThere: Decision = {
  allowed: true,
  matched: null,
  reason: 'There is no such object, and the bucket may be listed',
}
export const principalGone: Decision = {
  allowed: false,
  denial: 'implicit',
  matched: null,
  missing: 'identity',
  reason: 'The user or role does not exist any more',
}

/**
 * What the initiator of a multipart upload may do with it, and the initiator's account, unless something forbids it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
 */
const ofInitiators: ReadonlySet<string> = new Set(['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts'])

/** Whether it is the initiator's to do by default. What bounds the requester has to name the action itself. */
export function isOfInitiator({ policies }: Loaded, action: string): boolean {
  if (!ofInitiators.has(action)) return false
  return policies.boundary === null && policies.session === null && policies.serviceControl === null
}

/** Whether this ARN, of who began an upload, is the principal's or of its account. */
export function isInitiator(principal: SignedPrincipal, initiator: string | null): boolean {
  if (initiator === null) return false
  return principal.type === 'Account' ? initiator.split(':')[4] === principal.accountId : initiator === principal.arn
}

/**
 * What the root identity of the bucket's account may always do, or a policy could lock everybody out.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
 */
const unlockActions: ReadonlySet<string> = new Set([
  's3:DeleteBucketPolicy',
  's3:GetBucketPolicy',
  's3:PutBucketPolicy',
])

/** Whether an account does something with its own and nothing could forbid it. The way of most requests. */
export function isOwnersOwn(
  identity: Identity,
  { policies }: Loaded,
  { bucket, action }: { bucket: Bucket; action: string },
): boolean {
  if (identity.kind === 'anonymous' || identity.principal.type !== 'Account') return false
  if (identity.accountId !== bucket.accountId) return false
  if (policies.session !== null || policies.serviceControl !== null) return false
  if (unlockActions.has(action)) return true
  return bucket.configs['policy'] === undefined
}

/** The key of an object's ARN; null for the bucket itself. */
export function keyOf({ name }: Bucket, resource: string): string | null {
  const prefix = `${bucketArn(name)}/`
  return resource.startsWith(prefix) ? resource.slice(prefix.length) : null
}

/** Whether one of the policies asks for the tags of the object. */
export function anyAsksForTags(
  { identity, boundary, session, serviceControl }: PolicySet,
  policy: NamedPolicy | null,
): boolean {
  return (
    identity.some(asksForTags) ||
    (policy !== null && asksForTags(policy)) ||
    (boundary !== null && asksForTags(boundary)) ||
    session?.some(asksForTags) === true ||
    serviceControl?.some(asksForTags) === true
  )
}
