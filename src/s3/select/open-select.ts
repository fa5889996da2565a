// What the engine is opened with, and what it gives back.
import type { ObjectSource } from '../../select/batch.ts'
import type { SelectRequest } from '../../select/request.ts'
import type { SelectRun } from './select-stream.ts'

export interface SelectSetup {
  /** The key of the object, which is the column `_key`; null where there is no such column. */
  key: string | null
  /** Opens an object that the statement joins, by `bucket/key`. Throws S3Error. */
  openJoined(name: string): Promise<ObjectSource>
}

/** Rejects with S3Error where the statement, or what the first records are, is at fault. */
export type OpenSelect = (request: SelectRequest, source: ObjectSource, setup: SelectSetup) => Promise<SelectRun>
