// What tests of src/iam share: contexts from plain records, policies from plain documents.
import { compilePolicy } from '../../src/iam/compile.ts'
import type { ConditionContext } from '../../src/iam/condition-context.ts'
import type { CompiledPolicy, NamedPolicy, PolicyUse } from '../../src/iam/policy.ts'

/** A context with these keys, given in lower case. */
export function contextOf(values: Readonly<Record<string, readonly string[]>>): ConditionContext {
  return { get: (key) => (Object.hasOwn(values, key) ? (values[key] ?? null) : null) }
}

/** A document that has to be well formed. */
export function compiled(document: unknown, use: PolicyUse = 'identity'): CompiledPolicy {
  const result = compilePolicy(typeof document === 'string' ? document : JSON.stringify(document), use)
  if (result.outcome === 'malformed') throw new Error(`Malformed: ${JSON.stringify(result.problems)}`)
  return result.policy
}

export function named(document: unknown, use: PolicyUse = 'identity', name: string = use): NamedPolicy {
  return { name, policy: compiled(document, use) }
}

/** The message that storing the document would be answered with; null when it is stored. */
export function refusal(document: unknown, use: PolicyUse): string | null {
  const result = compilePolicy(typeof document === 'string' ? document : JSON.stringify(document), use)
  return result.outcome === 'malformed' ? (result.problems[0]?.message ?? '') : null
}
