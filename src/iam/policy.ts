// A policy as the engine keeps it: read, checked and made ready for decisions. No I/O, no clock.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
import type { ActionPatterns } from './action-pattern.ts'
import { matchesActions } from './action-pattern.ts'
import type { ResourcePattern } from './arn-pattern.ts'
import type { Condition } from './condition.ts'
import { lowerAscii } from './fold-case.ts'
import type { NamedPrincipal, PrincipalMatcher } from './principal-matcher.ts'

/**
 * What a document is for. `identity`: attached to users, groups and roles, also boundaries and service control;
 * `resource`: a bucket policy; `trust`: who may assume a role; `session`: given along with AssumeRole and its like.
 */
export type PolicyUse = 'identity' | 'resource' | 'trust' | 'session'

/** Without `Version` a policy is of 2008-10-17, in which `${…}` is text. */
export type PolicyVersion = '2008-10-17' | '2012-10-17'

/** What is wrong with a document, as data: IAM answers MalformedPolicyDocument and S3 MalformedPolicy with the message. */
export interface PolicyProblem {
  /** Where: `Statement[0].Action[1]`; empty for the document itself. */
  path: string
  /** AWS's sentence for it, in the words of the service that stores documents of this use. */
  message: string
}

/** A place in a document, both from 1, as SimulatePrincipalPolicy shows it. */
export interface Position {
  line: number
  column: number
}

export interface CompiledStatement {
  /** Which one of the policy, from 0. */
  index: number
  sid: string | null
  effect: 'Allow' | 'Deny'
  /** Null in policies of identities. */
  principals: PrincipalMatcher | null
  actions: ActionPatterns
  /** Null in trust policies, which are about their role. */
  resources: { isNegated: boolean; patterns: readonly ResourcePattern[] } | null
  conditions: readonly Condition[]
  /** Of its `{`, and of what follows its `}`. */
  start: Position
  end: Position
  /** As written, for questions about the policy itself: is it public, does it lie in its bucket, whom does it name. */
  source: StatementSource
}

export interface StatementSource {
  /** `Statement[0]`. */
  path: string
  actions: readonly string[]
  resources: readonly string[]
  principals: 'everyone' | readonly NamedPrincipal[]
}

/** Reusable and immutable. */
export interface CompiledPolicy {
  use: PolicyUse
  version: PolicyVersion
  id: string | null
  statements: readonly CompiledStatement[]
  /** Condition keys it reads, lower case, those in variables as well: `s3:existingobjecttag/team`. */
  conditionKeys: ReadonlySet<string>
  /** The statements about an action, found once for each action; only `statementsAbout` uses it. */
  byAction: Map<string, ActionStatements>
}

/** The statements of a policy that an action meets, in order. */
export interface ActionStatements {
  denies: readonly CompiledStatement[]
  allows: readonly CompiledStatement[]
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

/** A simulator can ask about any name; what a pipeline asks about is fewer. */
const actionsMax = 256

/** The statements whose action element covers the action, spelled in any case. */
export function statementsAbout(policy: CompiledPolicy, action: string): ActionStatements {
  const known = policy.byAction.get(action)
  if (known !== undefined) return known
  const lower = lowerAscii(action)
  const about = policy.statements.filter(({ actions }) => matchesActions(actions, lower))
  const found = {
    denies: about.filter(({ effect }) => effect === 'Deny'),
    allows: about.filter(({ effect }) => effect === 'Allow'),
  }
  if (policy.byAction.size < actionsMax) policy.byAction.set(action, found)
  return found
}
