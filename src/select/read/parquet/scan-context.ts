// What all parts of one scan share.
import type { SelectKernels } from '../../../kernels/select/kernels.ts'
import type { RegionPool } from './region-pool.ts'

/** Levels counted at once, on the way to somewhere else. */
export const scratchBytes = 4096

export interface ScanContext {
  readonly kernels: SelectKernels
  readonly pool: RegionPool
  /** 128 bytes for the states of kernels, while one call of ours runs. */
  readonly state: number
  /** `scratchBytes` bytes, likewise. */
  readonly scratch: number
  /** Bytes after decompression, of pages that were read. */
  processed: number
  /** The number of the next dictionary. */
  dictionaries: number
}
