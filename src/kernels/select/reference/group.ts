import type { KernelMemory } from '../arena.ts'
import type { GroupKernels } from '../group.ts'

export function groupReference(_memory: KernelMemory): GroupKernels {
  return {}
}
