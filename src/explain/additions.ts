// What would have to change for a request to be allowed: denies in its way, and what every policy that must allow it would
// have to say. Found by asking the policies again with each change made. No I/O, no clock.
import { compilePolicy } from '../iam/compile.ts'
import { evaluate, type Question } from '../iam/evaluate.ts'
import type { PolicyKind } from '../iam/decision.ts'
import type { CompiledPolicy, CompiledStatement, NamedPolicy, PolicyUse } from '../iam/policy.ts'

export interface Addition {
  kind: PolicyKind
  /** Which policy it is for, in words. */
  where: string
  /** A statement for it. */
  statement: Readonly<Record<string, unknown>>
}

/** One for each kind that can be missing, and one more to see that it is enough. */
const attemptsMax = 6

/**
 * Statements that together would allow what is asked, `denies` (those that apply) once removed. Empty when it is allowed
 * already; null when nothing would: no policy can say it.
 */
export function additionsFor(question: Question, denies: ReadonlySet<CompiledStatement>): Addition[] | null {
  const additions: Addition[] = []
  let asked = withoutStatements(question, denies)
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const decision = evaluate(asked)
    if (decision.allowed) return additions
    const { missing } = decision
    if (missing === null || missing === 'acl') return null
    const addition = additionOf(question, missing)
    const added = compilePolicy(
      JSON.stringify({ Version: '2012-10-17', Statement: [addition.statement] }),
      uses[missing],
    )
    if (added.outcome === 'malformed') return null
    additions.push(addition)
    asked = withAllowance(asked, missing, { name: 'what is added', policy: added.policy })
  }
  return null
}

const uses: Record<Exclude<PolicyKind, 'acl'>, PolicyUse> = {
  'service-control': 'identity',
  resource: 'resource',
  identity: 'identity',
  boundary: 'identity',
  session: 'session',
}

function additionOf(question: Question, kind: PolicyKind): Addition {
  const { principal, action, resource } = question
  const who = kind === 'resource' ? { Principal: principalElement(principal) } : null
  return {
    kind,
    where: placeOf(question, kind),
    statement: { Effect: 'Allow', ...who, Action: action, Resource: resource },
  }
}

function placeOf({ principal, policies, resourcePolicy }: Question, kind: PolicyKind): string {
  const who = 'arn' in principal ? principal.arn : 'the principal'
  switch (kind) {
    case 'identity':
      return `a policy of ${principal.type === 'AssumedRole' ? principal.roleArn : who}`
    case 'boundary':
      return `the permissions boundary, ${policies.boundary?.name ?? ''}`
    case 'session':
      return 'a policy given when the session began'
    case 'service-control':
      return `a service control policy of account ${'accountId' in principal ? principal.accountId : ''}`
    case 'resource':
    case 'acl':
      return resourcePolicy === null ? 'a policy of the bucket, which has none' : `the ${resourcePolicy.name}`
  }
}

function principalElement(principal: Question['principal']): unknown {
  switch (principal.type) {
    case 'Anonymous':
      return '*'
    case 'Service':
      return { Service: principal.name }
    case 'WebIdentity':
      return { Federated: principal.provider }
    case 'AssumedRole':
      return { AWS: principal.roleArn }
    case 'Account':
    case 'User':
    case 'FederatedUser':
      return { AWS: principal.arn }
  }
}

/** Whatever lacks an Allow cannot lose one, so that a boundary or the like may be replaced whole. */
function withAllowance(question: Question, kind: PolicyKind, added: NamedPolicy): Question {
  const { policies, resourcePolicy } = question
  switch (kind) {
    case 'identity':
      return { ...question, policies: { ...policies, identity: [...policies.identity, added] } }
    case 'boundary':
      return { ...question, policies: { ...policies, boundary: added } }
    case 'session':
      return { ...question, policies: { ...policies, session: [...(policies.session ?? []), added] } }
    case 'service-control':
      return { ...question, policies: { ...policies, serviceControl: [...(policies.serviceControl ?? []), added] } }
    case 'resource':
    case 'acl':
      return { ...question, resourcePolicy: resourcePolicy === null ? added : joined(resourcePolicy, added) }
  }
}

function joined({ name, policy }: NamedPolicy, added: NamedPolicy): NamedPolicy {
  return { name, policy: withStatements(policy, [...policy.statements, ...added.policy.statements]) }
}

function withoutStatements(question: Question, removed: ReadonlySet<CompiledStatement>): Question {
  if (removed.size === 0) return question
  const without = ({ name, policy }: NamedPolicy): NamedPolicy => ({
    name,
    policy: withStatements(
      policy,
      policy.statements.filter((statement) => !removed.has(statement)),
    ),
  })
  const { policies, resourcePolicy } = question
  return {
    ...question,
    policies: {
      identity: policies.identity.map(without),
      boundary: policies.boundary === null ? null : without(policies.boundary),
      session: policies.session?.map(without) ?? null,
      serviceControl: policies.serviceControl?.map(without) ?? null,
    },
    resourcePolicy: resourcePolicy === null ? null : without(resourcePolicy),
  }
}

/** The policy with other statements; what was found for its actions is found anew. */
export function withStatements(policy: CompiledPolicy, statements: readonly CompiledStatement[]): CompiledPolicy {
  return { ...policy, statements, byAction: new Map() }
}
