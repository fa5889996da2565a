import type { KernelMemory } from '../arena.ts'
import type { ParquetKernels } from '../parquet.ts'

export function parquetReference(_memory: KernelMemory): ParquetKernels {
  return {}
}
