// Policies in bodies of the admin API, checked as IAM checks them. No I/O, no clock.
import { compilePolicy } from '../iam/compile.ts'
import type { PolicyUse } from '../iam/policy.ts'

/** What is wrong with the document; empty when it can be stored. `charsMax` counts all but white space. */
export function policyProblems(document: string, use: PolicyUse, { charsMax }: { charsMax: number }): string[] {
  if (document.replace(/\s/g, '').length > charsMax) return [`policy must have at most ${charsMax} characters`]
  const compiled = compilePolicy(document, use)
  if (compiled.outcome === 'compiled') return []
  return compiled.problems.map(({ path, message }) => `policy${path === '' ? '' : ` (${path})`}: ${message}`)
}
