// What a query is opened with, and what comes of it.
import type { ObjectSource } from '../../select/batch.ts'
import type { SelectRequest } from '../../select/request.ts'
import type { SelectRun } from '../../select/select.ts'

export interface QuerySetup {
  /** What UTCNOW() is; milliseconds since 1970. */
  now: number
  /** Opens another object that the statement reads, once it may be read. Throws S3Error. */
  openOther: (object: { bucket: string; key: string }) => Promise<ObjectSource>
}

/** Rejects with S3Error where the statement, or what the first records are, is at fault. */
export type OpenSelect = (request: SelectRequest, source: ObjectSource, setup: QuerySetup) => Promise<SelectRun>

/**
 * The same over several objects as if they were one; each is asked for when the one before has been read. `objects` begins
 * anew each time it is called.
 */
export type OpenSelectMany = (
  request: SelectRequest,
  objects: () => AsyncIterator<{ key: string; source: ObjectSource }>,
  setup: QuerySetup,
) => Promise<SelectRun>
