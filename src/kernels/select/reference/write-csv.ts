import type { KernelMemory } from '../arena.ts'
import type { WriteCsvKernels } from '../write-csv.ts'

export function writeCsvReference(_memory: KernelMemory): WriteCsvKernels {
  return {}
}
