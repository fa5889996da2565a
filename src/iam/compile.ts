// From a policy's text to what decisions work with. No I/O, no clock.
import { compileActions } from './action-pattern.ts'
import { compileResource } from './arn-pattern.ts'
import { checkBucketStatement } from './bucket-policy.ts'
import { compileCondition, type Condition } from './condition.ts'
import type { Comparison } from './condition-operators.ts'
import { checkIdentityStatement } from './identity-policy.ts'
import { readPolicyDocument, type ListElement, type StatementElement } from './policy-document.ts'
import { Faults, type FaultCode } from './policy-faults.ts'
import { problemsOf } from './policy-messages.ts'
import type { CompiledPolicy, CompiledStatement, PolicyProblem, PolicyUse } from './policy.ts'
import { compilePrincipals } from './principal-matcher.ts'
import { checkTrustStatement } from './trust-policy.ts'
import { parseTemplate, variableKeys } from './variables.ts'

export type Compiled =
  | { outcome: 'compiled'; policy: CompiledPolicy }
  /** At least one problem, first the one that AWS would answer with. */
  | { outcome: 'malformed'; problems: PolicyProblem[] }

/**
 * Reads, checks and compiles a document; linear in its length. Sizes are for the caller to check beforehand: see
 * `policy-size.ts`. Two checks need to know more than the use: `bucketPolicyProblems` and `managedPolicyProblems`.
 */
export function compilePolicy(text: string, use: PolicyUse): Compiled {
  const { document, faults } = readPolicyDocument(text)
  if (document === null) return { outcome: 'malformed', problems: problemsOf(use, faults) }
  const found = new Faults()
  found.list.push(...faults)
  for (const statement of document.statements) check(statement, use, found)
  checkSids(document.statements, found)
  const compiler = new Compiler({ variables: document.version === '2012-10-17' }, found)
  const statements = document.statements.map((statement) => compiler.statement(statement))
  const problems = problemsOf(use, found.list)
  if (problems.length > 0) return { outcome: 'malformed', problems }
  const { version, id } = document
  const policy = { use, version, id, statements, conditionKeys: compiler.keys, byAction: new Map() }
  return { outcome: 'compiled', policy }
}

/**
 * What keeps a compiled policy from being a managed one, of which IAM asks more than of an inline one.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
 */
export function managedPolicyProblems({ version }: CompiledPolicy): PolicyProblem[] {
  if (version === '2012-10-17') return []
  return [{ path: 'Version', message: 'Policy document must be version 2012-10-17 or greater.' }]
}

function check(statement: StatementElement, use: PolicyUse, faults: Faults): void {
  switch (use) {
    case 'identity':
    case 'session':
      checkIdentityStatement(statement, faults)
      break
    case 'resource':
      checkBucketStatement(statement, faults)
      break
    case 'trust':
      checkTrustStatement(statement, faults)
  }
}

/** An empty Sid is none. */
function checkSids(statements: readonly StatementElement[], faults: Faults): void {
  const seen = new Set<string>()
  for (const { sid } of statements) {
    if (sid === null || sid.text === '') continue
    if (seen.has(sid.text)) faults.add(sid.path, 'sid-twice', sid.text)
    seen.add(sid.text)
  }
}

function texts(element: ListElement | null): string[] {
  return (element?.items ?? []).map(({ text }) => text)
}

class Compiler {
  readonly #version: { variables: boolean }
  readonly #faults: Faults
  readonly keys = new Set<string>()

  constructor(version: { variables: boolean }, faults: Faults) {
    this.#version = version
    this.#faults = faults
  }

  statement({ path, index, sid, effect, principal, action, resource, ...rest }: StatementElement): CompiledStatement {
    return {
      index,
      sid: sid?.text ?? null,
      effect,
      principals: principal === null ? null : compilePrincipals(principal.named, principal.isNegated),
      actions: compileActions(texts(action), action?.isNegated ?? false),
      resources: resource === null ? null : this.#resources(resource),
      conditions: rest.conditions.map((condition) => this.#condition(condition)),
      start: rest.start,
      end: rest.end,
      source: { path, actions: texts(action), resources: texts(resource), principals: principal?.named ?? [] },
    }
  }

  #resources({ isNegated, items }: ListElement): CompiledStatement['resources'] {
    const patterns = items.flatMap(({ path, text }) => {
      const tokens = parseTemplate(text, { ...this.#version, wildcards: true })
      if (tokens === null) this.#faults.add(path, 'variable', text)
      for (const key of variableKeys(tokens ?? [])) this.keys.add(key)
      return tokens === null ? [] : [compileResource(tokens)]
    })
    return { isNegated, patterns }
  }

  #condition(source: StatementElement['conditions'][number]): Condition {
    const { condition, invalid } = compileCondition(source, this.#version)
    this.keys.add(condition.key)
    for (const key of condition.variableKeys) this.keys.add(key)
    for (const index of invalid) {
      const path = source.values.length === 1 ? source.path : `${source.path}[${index}]`
      this.#faults.add(path, faultOf(source.operator.comparison), source.values[index] ?? '')
    }
    return condition
  }
}

function faultOf(comparison: Comparison): FaultCode {
  if (comparison === 'ip') return 'ip'
  return comparison.startsWith('date-') ? 'date' : 'value'
}
