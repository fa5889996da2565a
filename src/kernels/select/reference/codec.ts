import type { KernelMemory } from '../arena.ts'
import type { CodecKernels } from '../codec.ts'

export function codecReference(_memory: KernelMemory): CodecKernels {
  return {}
}
