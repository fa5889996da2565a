import type { CompiledPolicy, PolicyProblem, PolicyUse } from './policy.ts'

export type Compiled =
  | { outcome: 'compiled'; policy: CompiledPolicy }
  | { outcome: 'malformed'; problems: PolicyProblem[] }

/** Reads, checks and compiles a document. */
export function compilePolicy(_text: string, _use: PolicyUse): Compiled {
  return { outcome: 'malformed', problems: [{ path: '', message: 'Not built yet' }] }
}
