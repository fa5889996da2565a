// Why somebody may do something, or may not: the decision that the pipeline would make, with every statement it looked at.
import { Access, type AccessSources, type Verdict } from '../access/access.ts'
import { explain, type ConsideredStatement, type Explanation, type Misfit } from '../iam/explain.ts'
import { explainedStatementsMax } from '../limits.ts'
import { additionsFor, type Addition } from './additions.ts'
import { Statements, statementText, usefulGrant, type FoundStatement } from './statements.ts'
import type { RequestFacts } from '../access/request-facts.ts'
import type { Identity } from '../auth/identity.ts'
import type { Decision, Matched, PolicyKind } from '../iam/decision.ts'
import type { Question } from '../iam/evaluate.ts'
import type { Conditions } from '../iam/permission.ts'
import type { CompiledStatement } from '../iam/policy.ts'
import type { Bucket } from '../store/buckets.ts'

/** A request that somebody could make. */
export interface Supposed {
  identity: Identity
  action: string
  resource: string
  /** The bucket of the resource; null for what lies in none. */
  bucket: Bucket | null
  versionId: string | null
  /** Condition keys, lower case, as the request would have them. */
  conditions: Conditions
  /** Null: not in the request. */
  sourceIp: string | null
  isSecure: boolean
  region: string
  /** Milliseconds since 1970. */
  now: number
}

export interface AccessReport {
  decision: 'allowed' | 'denied'
  /** One sentence. */
  reason: string
  /** Null for a decision that was allowed. */
  denial: 'explicit' | 'implicit' | null
  /** The kind of policy that had to allow it and did not. */
  missing: PolicyKind | null
  /** The statement that decided; null where none did. */
  decidedBy: Matched | null
  /** Every statement that applies. */
  matched: ReportedStatement[]
  /** Every other statement, and what of it does not fit. */
  considered: ReportedStatement[]
  /** Statements beyond those shown. */
  leftOut: number
  /** What would have to be removed and added for it to be allowed; null: it is, or no policy can. */
  toAllow: { remove: Matched[]; add: Addition[] } | null
  /** Condition keys that the statements ask for, and what the request would have. */
  context: Record<string, readonly string[] | null>
  notes: string[]
}

export interface ReportedStatement extends Matched {
  effect: 'Allow' | 'Deny'
  /** As its document has it; null for a grant of an access control list. */
  statement: unknown
  misfit?: ReportedMisfit
}

export interface ReportedMisfit {
  element: 'Action' | 'NotAction' | 'Principal' | 'NotPrincipal' | 'Resource' | 'NotResource' | 'Condition'
  operator?: string
  key?: string
  /** What the statement has there. */
  wanted: readonly unknown[]
  /** What the request has; null: nothing. */
  found: readonly string[] | null
}

interface Asked {
  question: Question
  decision: Decision
}

/** Asks `Access`, as the pipeline does, and tells of everything it asked the policies in turn. */
export async function explainAccess(supposed: Supposed, sources: AccessSources): Promise<AccessReport> {
  const asked: Asked[] = []
  const access = new Access(factsOf(supposed), sources, (question, decision) => asked.push({ question, decision }))
  const { bucket, action, resource } = supposed
  const verdict = await access.decide(bucket, [{ action, resource, conditions: conditionsOf(supposed) }])
  const [first] = asked
  if (first === undefined) return reportOf(verdict, { explanation: null, question: null, notes: [] })
  const { question, notes } = decisive(first, asked[1])
  return reportOf(verdict, { explanation: explain(question), question, notes })
}

/** Where a bucket's policy may only deny, it is asked for a second time without what it allows: that answer counts. */
function decisive(first: Asked, second: Asked | undefined): { question: Question; notes: string[] } {
  const isAskedAgain = second?.question.action === first.question.action && second.question.resourcePolicy === null
  if (!isAskedAgain || first.question.resourcePolicy === null) return { question: first.question, notes: [] }
  return { question: second.question, notes: [mayOnlyDeny] }
}

const mayOnlyDeny =
  "What the bucket's policy allows does not count here: the object belongs to another account, or the policy is public and RestrictPublicBuckets is on"

function factsOf({ identity, versionId, sourceIp, isSecure, region, now }: Supposed): RequestFacts {
  return {
    identity,
    signature:
      identity.kind === 'anonymous'
        ? null
        : { authType: 'REST-HEADER', version: 'AWS4-HMAC-SHA256', ageMilliseconds: 0 },
    headers: new Headers(),
    query: { get: (name) => (name === 'versionId' ? versionId : null) },
    isSecure,
    tlsVersion: () => null,
    clientIp: () => sourceIp,
    region,
    now,
  }
}

function conditionsOf({ conditions, versionId }: Supposed): Conditions {
  return versionId === null ? conditions : { 's3:versionid': [versionId], ...conditions }
}

interface Grounds {
  explanation: Explanation | null
  question: Question | null
  notes: string[]
}

function reportOf(verdict: Verdict, { explanation, question, notes }: Grounds): AccessReport {
  const report = {
    decision: verdict.allowed ? ('allowed' as const) : ('denied' as const),
    reason: verdict.reason,
    denial: verdict.allowed ? null : verdict.denial,
    missing: verdict.allowed ? null : verdict.missing,
    decidedBy: verdict.matched,
    notes,
  }
  if (explanation === null || question === null) {
    return { ...report, matched: [], considered: [], leftOut: 0, toAllow: null, context: {} }
  }
  const statements = new Statements(question)
  const matched = [...grantsOf(question), ...explanation.matched.map((one) => reported(one, statements, question))]
  const others = explanation.considered.filter(({ misfit }) => misfit !== null)
  const shown = others.slice(0, Math.max(0, explainedStatementsMax - matched.length))
  return {
    ...report,
    matched: matched.slice(0, explainedStatementsMax),
    considered: shown.map((one) => reported(one, statements, question)),
    leftOut: matched.length + others.length - Math.min(matched.length, explainedStatementsMax) - shown.length,
    toAllow: verdict.allowed ? null : changesFor(question, explanation, statements),
    context: contextOf(question),
  }
}

function grantsOf(question: Question): ReportedStatement[] {
  const acl = usefulGrant(question)
  if (acl === null) return []
  return [{ kind: 'acl', policy: acl.name, sid: null, index: 0, effect: 'Allow', statement: null }]
}

function reported(one: ConsideredStatement, statements: Statements, question: Question): ReportedStatement {
  const { kind, policy, sid, index, effect, misfit } = one
  const found = statements.find(one)
  return {
    kind,
    policy,
    sid,
    index,
    effect,
    statement: found === null ? null : statementText(found),
    ...(misfit === null || found === null ? null : { misfit: misfitOf(misfit, found, question) }),
  }
}

function misfitOf(misfit: Exclude<Misfit, null>, { statement }: FoundStatement, question: Question): ReportedMisfit {
  const { source, actions, principals, resources } = statement
  switch (misfit.element) {
    case 'action':
      return {
        element: actions.isNegated ? 'NotAction' : 'Action',
        wanted: source.actions,
        found: [question.action],
      }
    case 'principal':
      return {
        element: principals?.isNegated === true ? 'NotPrincipal' : 'Principal',
        wanted:
          source.principals === 'everyone' ? ['*'] : source.principals.map(({ type, value }) => ({ [type]: value })),
        found: principalNames(question),
      }
    case 'resource':
      return {
        element: resources?.isNegated === true ? 'NotResource' : 'Resource',
        wanted: source.resources,
        found: [question.resource],
      }
    case 'condition': {
      const { operator, key, found } = misfit
      const condition = statement.conditions.find((one) => one.operator.name === operator && one.key === key)
      return { element: 'Condition', operator, key, wanted: condition?.values ?? [], found }
    }
  }
}

function principalNames({ principal }: Question): string[] {
  switch (principal.type) {
    case 'Anonymous':
      return ['anonymous']
    case 'Service':
      return [principal.name]
    case 'WebIdentity':
      return [principal.provider]
    case 'AssumedRole':
      return [principal.arn, principal.roleArn]
    case 'Account':
    case 'User':
    case 'FederatedUser':
      return [principal.arn]
  }
}

/** Null: no policy could allow it. */
function changesFor(question: Question, explanation: Explanation, statements: Statements): AccessReport['toAllow'] {
  const denies = explanation.matched.filter(({ effect }) => effect === 'Deny')
  const removed = new Set<CompiledStatement>()
  for (const deny of denies) {
    const found = statements.find(deny)
    if (found !== null) removed.add(found.statement)
  }
  const add = additionsFor(question, removed)
  const remove = denies.map(({ kind, policy, sid, index }) => ({ kind, policy, sid, index }))
  return add === null ? null : { remove, add }
}

/** Of every key that a statement about the action asks for. */
function contextOf({ policies, resourcePolicy, context }: Question): AccessReport['context'] {
  const keys = new Set<string>()
  const all = [
    ...policies.identity,
    policies.boundary,
    ...(policies.session ?? []),
    ...(policies.serviceControl ?? []),
    resourcePolicy,
  ]
  for (const named of all) for (const key of named?.policy.conditionKeys ?? []) keys.add(key)
  return Object.fromEntries([...keys].sort().map((key) => [key, context.get(key)]))
}
