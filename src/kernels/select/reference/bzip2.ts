import type { KernelMemory } from '../arena.ts'
import type { Bzip2Kernels } from '../bzip2.ts'

export function bzip2Reference(_memory: KernelMemory): Bzip2Kernels {
  return {}
}
