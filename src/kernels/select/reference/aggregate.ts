import type { KernelMemory } from '../arena.ts'
import type { AggregateKernels } from '../aggregate.ts'

export function aggregateReference(_memory: KernelMemory): AggregateKernels {
  return {}
}
