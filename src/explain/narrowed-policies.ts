// Policies seen from two sides, for a whole set of resources and for requests that are not known: what they may let through
// at most (`possible`), and what they let through in any case (`certain`). Decisions are then the engine's own. Pure.
import type { ConditionContext } from '../iam/condition-context.ts'
import type { CompiledPolicy, CompiledStatement, NamedPolicy, PolicySet } from '../iam/policy.ts'
import { withStatements } from './additions.ts'
import { overlapOf, type ResourceSet } from './resource-overlap.ts'

export type View = 'possible' | 'certain'

export interface Narrowing {
  view: View
  set: ResourceSet
  /** What is sure of the principal. */
  context: ConditionContext
}

export function narrowedSet(policies: PolicySet, narrowing: Narrowing): PolicySet {
  const narrow = (named: NamedPolicy): NamedPolicy => narrowed(named, narrowing)
  return {
    identity: policies.identity.map(narrow),
    boundary: policies.boundary === null ? null : narrow(policies.boundary),
    session: policies.session?.map(narrow) ?? null,
    serviceControl: policies.serviceControl?.map(narrow) ?? null,
  }
}

/**
 * The policy with the statements that count on this side, without their conditions and resources. A condition may hold or
 * not: an Allow with one is possible and not certain, a Deny with one does not make impossible, but it does make uncertain.
 */
export function narrowed({ name, policy }: NamedPolicy, narrowing: Narrowing): NamedPolicy {
  const statements = policy.statements
    .filter((statement) => counts(statement, policy.version, narrowing))
    .map((statement) => ({ ...statement, resources: null, conditions: [] }))
  return { name, policy: withStatements(policy, statements) }
}

function counts(
  statement: CompiledStatement,
  version: CompiledPolicy['version'],
  { view, set, context }: Narrowing,
): boolean {
  const overlap = overlapOf(statement, set, { version, context })
  if (overlap === 'none') return false
  const isWhole = overlap === 'all' && statement.conditions.length === 0
  const countsWhenPartial = (statement.effect === 'Allow') === (view === 'possible')
  return isWhole || countsWhenPartial
}
