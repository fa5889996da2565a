import type { KernelMemory } from '../arena.ts'
import type { JsonKernels } from '../json.ts'

export function jsonReference(_memory: KernelMemory): JsonKernels {
  return {}
}
