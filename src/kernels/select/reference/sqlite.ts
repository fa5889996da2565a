import type { KernelMemory } from '../arena.ts'
import type { SqliteKernels } from '../sqlite.ts'

export function sqliteReference(_memory: KernelMemory): SqliteKernels {
  return {}
}
