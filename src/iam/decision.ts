// What a decision says: allowed or not, and which statement decided or what was missing. No I/O, no clock.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html

/** Which kind of policy a statement stands in. */
export type PolicyKind = 'service-control' | 'resource' | 'identity' | 'boundary' | 'session' | 'acl'

/** The statement that decided. */
export interface Matched {
  kind: PolicyKind
  /** The policy's name as given to the engine: an ARN, `bucket policy of photos`, `inline policy x of user y`. */
  policy: string
  /** Null where the statement has none. */
  sid: string | null
  /** Which statement of the policy, from 0. */
  index: number
}

export type Decision =
  | { allowed: true; matched: Matched | null; reason: string }
  | {
      allowed: false
      /** `explicit`: a Deny statement matched; `implicit`: nothing of a kind that was needed allowed it. */
      denial: 'explicit' | 'implicit'
      matched: Matched | null
      /** For an implicit denial: what had to allow it and did not. */
      missing: PolicyKind | null
      /** One sentence for the log, the audit record and Explain; without secrets. */
      reason: string
    }

/** How AWS calls each kind of policy in its messages. */
export const policyKindNames: Readonly<Record<PolicyKind, string>> = {
  'service-control': 'service control policy',
  resource: 'resource-based policy',
  identity: 'identity-based policy',
  boundary: 'permissions boundary',
  session: 'session policy',
  acl: 'access control list',
}

/** `statement 2 (PublicRead) of bucket policy of photos`. */
export function describeMatched({ policy, sid, index }: Matched): string {
  return `statement ${index}${sid === null || sid === '' ? '' : ` (${sid})`} of ${policy}`
}
