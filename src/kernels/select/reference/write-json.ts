import type { KernelMemory } from '../arena.ts'
import type { WriteJsonKernels } from '../write-json.ts'

export function writeJsonReference(_memory: KernelMemory): WriteJsonKernels {
  return {}
}
