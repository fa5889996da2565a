import type { KernelMemory } from '../arena.ts'
import type { PredicateKernels } from '../predicate.ts'

export function predicateReference(_memory: KernelMemory): PredicateKernels {
  return {}
}
