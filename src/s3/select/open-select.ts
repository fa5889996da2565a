// What the engine is opened with, and what it gives back.
import type { ObjectSource } from '../../select/batch.ts'
import type { SelectRequest } from '../../select/request.ts'
import type { SelectRun } from './select-stream.ts'

export interface SelectSetup {
  /** Opens another object that the statement reads, once it may be read. Throws S3Error. */
  openOther(object: { bucket: string; key: string }): Promise<ObjectSource>
}

/** Rejects with S3Error where the statement, or what the first records are, is at fault. */
export type OpenSelect = (request: SelectRequest, source: ObjectSource, setup: SelectSetup) => Promise<SelectRun>

/** The same over several objects as if they were one; each is asked for when the one before has been read. */
export type OpenSelectMany = (
  request: SelectRequest,
  objects: AsyncIterator<{ key: string; source: ObjectSource }>,
  setup: SelectSetup,
) => Promise<SelectRun>
