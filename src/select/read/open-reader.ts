/** What every reader is opened with. */
import type { Arena } from '../../kernels/select/arena.ts'
import type { SelectKernels } from '../../kernels/select/kernels.ts'
import type { ObjectSource } from '../batch.ts'
import type { PathStep } from '../bind/bound.ts'
import type { SelectRequest, SelectTuning } from '../request.ts'

export interface ReaderSetup {
  request: Pick<SelectRequest, 'compression' | 'dialect' | 'input' | 'scanRange'>
  source: ObjectSource
  /** FROM S3Object[*].a: steps below the record; empty for the record itself. JSON only. */
  from: readonly PathStep[]
  kernels: SelectKernels
  arena: Arena
  tuning: SelectTuning
}
