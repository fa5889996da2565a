import type { KernelMemory } from '../arena.ts'
import type { NumberKernels } from '../number.ts'

export function numberReference(_memory: KernelMemory): NumberKernels {
  return {}
}
