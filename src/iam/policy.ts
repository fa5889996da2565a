// A policy as the engine keeps it: read, checked and made ready for decisions. No I/O, no clock.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html

/**
 * What a document is for. `identity`: attached to users, groups and roles, also boundaries and service control;
 * `resource`: a bucket policy; `trust`: who may assume a role; `session`: given along with AssumeRole and its like.
 */
export type PolicyUse = 'identity' | 'resource' | 'trust' | 'session'

/** What is wrong with a document, as data: IAM answers MalformedPolicyDocument and S3 MalformedPolicy with the message. */
export interface PolicyProblem {
  /** Where: `Statement[0].Action[1]`; empty for the document itself. */
  path: string
  /** AWS's sentence for it, in the words of the service that stores documents of this use. */
  message: string
}

/** Reusable and immutable. */
export interface CompiledPolicy {
  use: PolicyUse
  /** Condition keys it reads, lower case, those in variables as well: `s3:existingobjecttag/team`. */
  conditionKeys: ReadonlySet<string>
}

/** A policy and what a decision's trace calls it: an ARN, `bucket policy of photos`, `inline policy x of user y`. */
export interface NamedPolicy {
  name: string
  policy: CompiledPolicy
}

/** Everything on the side of who asks. */
export interface PolicySet {
  identity: readonly NamedPolicy[]
  /** Null: no boundary is set. */
  boundary: NamedPolicy | null
  /** Null: the session is not limited. An empty list allows nothing (GetFederationToken without a policy). */
  session: readonly NamedPolicy[] | null
  /** Null: none applies (anonymous requests, the deployment's root account). */
  serviceControl: readonly NamedPolicy[] | null
}

/** Of an anonymous request, and of whoever has none. */
export const noPolicies: PolicySet = { identity: [], boundary: null, session: null, serviceControl: null }
