import type { CompiledPolicy, PolicyProblem } from './policy.ts'

/** What keeps a compiled policy (use `resource`) from being the policy of this bucket: resources outside of it. */
export function bucketPolicyProblems(_policy: CompiledPolicy, _bucket: string): PolicyProblem[] {
  return []
}
