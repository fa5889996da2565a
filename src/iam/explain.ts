// Why: every statement that had a say in a decision, and what kept the others from it. For Explain and for IAM's simulators;
// decisions of requests do without it. No I/O, no clock.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
import type { ConditionContext } from './condition-context.ts'
import { holds } from './condition.ts'
import type { Decision, Matched, PolicyKind } from './decision.ts'
import { evaluate, type Question } from './evaluate.ts'
import { statementsAbout, type CompiledStatement, type NamedPolicy, type Position } from './policy.ts'
import { namingOf, type Requester } from './principal-matcher.ts'
import { coversResource, resourceOf, type Circumstances } from './statement-match.ts'

/** What of a statement did not fit the request; null: all of it did. */
export type Misfit =
  | null
  | { element: 'action' | 'principal' | 'resource' }
  /** The first condition that did not hold, and what the request has; null: no such key. */
  | { element: 'condition'; operator: string; key: string; found: readonly string[] | null }

export interface ConsideredStatement extends Matched {
  effect: 'Allow' | 'Deny'
  /** Places in the policy's document, as SimulatePrincipalPolicy shows them. */
  start: Position
  end: Position
  misfit: Misfit
}

export interface Explanation {
  decision: Decision
  /** Every statement of every policy, in the order in which they are asked. */
  considered: readonly ConsideredStatement[]
  /** Those that apply, be it to allow or to deny. */
  matched: readonly ConsideredStatement[]
  /**
   * Condition keys, lower case and sorted, which the context does not have and which statements about the action and the
   * principal ask for: MissingContextValues of the simulators.
   */
  missingContextKeys: readonly string[]
}

export function explain(question: Question): Explanation {
  const missing = new Set<string>()
  const context: ConditionContext = {
    get(key) {
      const values = question.context.get(key)
      if (values === null) missing.add(key)
      return values
    },
  }
  const requester: Requester = {
    principal: question.principal,
    canonicalId: question.canonicalId ?? null,
    hasBoundary: question.policies.boundary !== null,
  }
  const circumstances = { requester, resource: resourceOf(question), context }
  const considered = policiesOf(question).flatMap(([kind, { name, policy }]) => {
    const { denies, allows } = statementsAbout(policy, question.action)
    return policy.statements.map((statement): ConsideredStatement => {
      const { sid, index, effect, start, end } = statement
      const isAbout = denies.includes(statement) || allows.includes(statement)
      const misfit = isAbout ? misfitOf(statement, circumstances) : ({ element: 'action' } as const)
      return { kind, policy: name, sid, index, effect, start, end, misfit }
    })
  })
  return {
    decision: evaluate(question),
    considered,
    matched: considered.filter(({ misfit }) => misfit === null),
    missingContextKeys: [...missing].sort(),
  }
}

function policiesOf({ policies, resourcePolicy }: Question): [PolicyKind, NamedPolicy][] {
  const kinds: [PolicyKind, readonly (NamedPolicy | null)[] | null][] = [
    ['service-control', policies.serviceControl],
    ['resource', [resourcePolicy]],
    ['identity', policies.identity],
    ['boundary', [policies.boundary]],
    ['session', policies.session],
  ]
  return kinds.flatMap(([kind, list]) =>
    (list ?? []).flatMap((named): [PolicyKind, NamedPolicy][] => (named === null ? [] : [[kind, named]])),
  )
}

/** Looks at every condition, also after one that does not hold, so that all missing keys are known. */
function misfitOf(statement: CompiledStatement, circumstances: Circumstances): Misfit {
  const { principals, effect, conditions } = statement
  if (principals !== null && namingOf(principals, circumstances.requester, effect) === null) {
    return { element: 'principal' }
  }
  const coversIt = coversResource(statement, circumstances)
  const failed = conditions.filter((condition) => !holds(condition, circumstances.context))
  if (!coversIt) return { element: 'resource' }
  const [first] = failed
  if (first === undefined) return null
  const { operator, key } = first
  return { element: 'condition', operator: operator.name, key, found: circumstances.context.get(key) }
}
