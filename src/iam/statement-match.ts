// Whether a statement is about a request. No I/O, no clock.
import { matchesResource } from './arn-pattern.ts'
import type { ConditionContext } from './condition-context.ts'
import { holds } from './condition.ts'
import type { CompiledStatement } from './policy.ts'
import { namingOf, type Naming, type Requester } from './principal-matcher.ts'

/**
 * What policies see of a resource. What S3 does for no bucket (ListBuckets) is about all of them, so that
 * `arn:aws:s3:::*` covers it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_String
 */
export function resourceOf({ action, resource }: { action: string; resource: string }): string {
  return resource === '*' && action.startsWith('s3:') ? 'arn:aws:s3:::*' : resource
}

/** What a statement is held against, beside the action. */
export interface Circumstances {
  requester: Requester
  resource: string
  context: ConditionContext
}

/**
 * How the statement, whose action has matched, names the requester; null when it does not apply. A statement of a policy
 * without principals is about whom it is attached to.
 */
export function appliesAs(statement: CompiledStatement, circumstances: Circumstances): Naming | null {
  const { principals, effect } = statement
  const naming = principals === null ? 'direct' : namingOf(principals, circumstances.requester, effect)
  if (naming === null) return null
  return coversResource(statement, circumstances) && allHold(statement, circumstances.context) ? naming : null
}

export function coversResource({ resources }: CompiledStatement, { resource, context }: Circumstances): boolean {
  if (resources === null) return true
  const { patterns, isNegated } = resources
  for (const pattern of patterns) if (matchesResource(pattern, resource, context)) return !isNegated
  return isNegated
}

function allHold({ conditions }: CompiledStatement, context: ConditionContext): boolean {
  for (const condition of conditions) if (!holds(condition, context)) return false
  return true
}
