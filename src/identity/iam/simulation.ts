// What policies would say of actions on resources, without doing anything. No I/O, no clock.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_testing-policies.html
import type { ConditionContext } from '../../iam/condition-context.ts'
import type { Decision } from '../../iam/decision.ts'
import { evaluate } from '../../iam/evaluate.ts'
import type { NamedPolicy } from '../../iam/policy.ts'
import type { SignedPrincipal } from '../../iam/principal.ts'

/** Which policy a statement stands in, as answers name it. */
export interface SimulatedPolicy extends NamedPolicy {
  /** `PolicyInputList.1`, a policy's name, `user_alice_policy`. */
  sourceId: string
  sourceType: 'user' | 'group' | 'role' | 'aws-managed' | 'user-managed' | 'resource' | 'none'
  document: string
}

export interface Simulation {
  principal: SignedPrincipal
  identity: readonly SimulatedPolicy[]
  boundary: SimulatedPolicy | null
  /** Null: the account is not bound. */
  serviceControl: readonly SimulatedPolicy[] | null
  resource: SimulatedPolicy | null
  resourceAccountId: string
  /** By name in lower case. */
  context: ReadonlyMap<string, readonly string[]>
}

export interface SimulationResult {
  action: string
  resource: string
  decision: 'allowed' | 'explicitDeny' | 'implicitDeny'
  /** Where it was decided; null: nowhere. */
  matched: { policy: SimulatedPolicy; /** From 0. */ index: number } | null
  /** Names of keys that conditions ask for and that were not given, in lower case. */
  missing: string[]
  /** Null: there is none. */
  allowedByBoundary: boolean | null
  allowedByServiceControl: boolean | null
}

/** One action on one resource. */
export function simulate(simulation: Simulation, action: string, resource: string): SimulationResult {
  const { identity, boundary, serviceControl } = simulation
  const ask = (policies: Parameters<typeof decide>[1]): Decision => decide(simulation, policies, { action, resource })
  const decision = ask({ identity, boundary, serviceControl, resourcePolicy: simulation.resource })
  const alone = (policies: readonly NamedPolicy[]): boolean =>
    ask({ identity: policies, boundary: null, serviceControl: null, resourcePolicy: null }).allowed
  return {
    action,
    resource,
    decision: decision.allowed ? 'allowed' : decision.denial === 'explicit' ? 'explicitDeny' : 'implicitDeny',
    matched: matchedOf(simulation, decision),
    missing: missingKeys(simulation),
    allowedByBoundary: boundary === null ? null : alone([boundary]),
    allowedByServiceControl: serviceControl === null ? null : alone(serviceControl),
  }
}

function decide(
  { principal, resourceAccountId, context }: Simulation,
  {
    resourcePolicy,
    ...policies
  }: {
    identity: readonly NamedPolicy[]
    boundary: NamedPolicy | null
    serviceControl: readonly NamedPolicy[] | null
    resourcePolicy: NamedPolicy | null
  },
  { action, resource }: { action: string; resource: string },
): Decision {
  return evaluate({
    principal,
    action,
    resource,
    resourceAccountId,
    context: simulatedContext(principal, context),
    policies: { ...policies, session: null },
    resourcePolicy,
    acl: null,
  })
}

/** What was given, and who asks. */
function simulatedContext(principal: SignedPrincipal, given: ReadonlyMap<string, readonly string[]>): ConditionContext {
  const own = principalKeys(principal)
  return { get: (key) => given.get(key) ?? own.get(key) ?? null }
}

function principalKeys(principal: SignedPrincipal): ReadonlyMap<string, readonly string[]> {
  const arn = principal.type === 'AssumedRole' ? principal.roleArn : principal.arn
  const keys: [string, readonly string[]][] = [
    ['aws:principalarn', [arn]],
    ['aws:principalaccount', [principal.accountId]],
    ['aws:principaltype', [principal.type]],
    ['aws:userid', [principal.userId]],
  ]
  if (principal.type === 'User') keys.push(['aws:username', [principal.username]])
  return new Map(keys)
}

function allPolicies({ identity, boundary, serviceControl, resource }: Simulation): SimulatedPolicy[] {
  const single = [boundary, resource].filter((policy) => policy !== null)
  return [...identity, ...(serviceControl ?? []), ...single]
}

function matchedOf(simulation: Simulation, { matched }: Decision): SimulationResult['matched'] {
  if (matched === null) return null
  const policy = allPolicies(simulation).find(({ name }) => name === matched.policy)
  return policy === undefined ? null : { policy, index: matched.index }
}

function missingKeys(simulation: Simulation): string[] {
  const own = principalKeys(simulation.principal)
  const asked = new Set(allPolicies(simulation).flatMap(({ policy }) => [...policy.conditionKeys]))
  return [...asked].filter((key) => !simulation.context.has(key) && !own.has(key)).toSorted()
}
