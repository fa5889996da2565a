// The kernels of S3 Select: what both implementations, WebAssembly and reference, can do.
import type { KernelMemory } from './arena.ts'
import type { AggregateKernels } from './aggregate.ts'
import type { Bzip2Kernels } from './bzip2.ts'
import type { CodecKernels } from './codec.ts'
import type { CsvKernels } from './csv.ts'
import type { GroupKernels } from './group.ts'
import type { JsonKernels } from './json.ts'
import type { NumberKernels } from './number.ts'
import type { ParquetKernels } from './parquet.ts'
import type { PredicateKernels } from './predicate.ts'
import type { WriteCsvKernels } from './write-csv.ts'
import type { WriteJsonKernels } from './write-json.ts'

/**
 * One instance has one memory and serves one query at a time. Kernels take addresses and counts, keep nothing between calls
 * but what they were given addresses for, and may read up to 64 bytes beyond what they are given.
 */
export interface SelectKernels
  extends
    AggregateKernels,
    Bzip2Kernels,
    CodecKernels,
    CsvKernels,
    GroupKernels,
    JsonKernels,
    NumberKernels,
    ParquetKernels,
    PredicateKernels,
    WriteCsvKernels,
    WriteJsonKernels {
  readonly memory: KernelMemory
  /** The first byte of memory the kernels do not use themselves. */
  heapBase(): number
}
