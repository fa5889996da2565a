import type { CompiledPolicy } from './policy.ts'

/** Whether a bucket policy is public as AWS means it. */
export function isPublic(_policy: CompiledPolicy): boolean {
  return true
}
