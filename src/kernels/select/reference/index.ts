import type { KernelMemory } from '../arena.ts'
import type { SelectKernels } from '../kernels.ts'
import { aggregateReference } from './aggregate.ts'
import { bzip2Reference } from './bzip2.ts'
import { codecReference } from './codec.ts'
import { csvReference } from './csv.ts'
import { groupReference } from './group.ts'
import { jsonReference } from './json.ts'
import { numberReference } from './number.ts'
import { parquetReference } from './parquet.ts'
import { predicateReference } from './predicate.ts'
import { writeCsvReference } from './write-csv.ts'
import { writeJsonReference } from './write-json.ts'

/** The kernels in plain TypeScript: slow, readable, and what the WebAssembly ones are tested against. */
export function referenceKernels(): SelectKernels {
  const memory: KernelMemory = new WebAssembly.Memory({ initial: 1 })
  return {
    memory,
    heapBase: () => 64,
    ...aggregateReference(memory),
    ...bzip2Reference(memory),
    ...codecReference(memory),
    ...csvReference(memory),
    ...groupReference(memory),
    ...jsonReference(memory),
    ...numberReference(memory),
    ...parquetReference(memory),
    ...predicateReference(memory),
    ...writeCsvReference(memory),
    ...writeJsonReference(memory),
  }
}
