// One object queried: opened once it may be read, answered as it is scanned.
import { openMaybeOnNodes } from './on-nodes.ts'
import { openAddressed, type StoredObject } from './object-source.ts'
import { openJoined } from './joined-object.ts'
import { checkScanRange } from './parse-scan-range.ts'
import { selectAnswer } from './select-answer.ts'
import { refuseAnonymous, selectRequest, type SelectQuery } from './select-query.ts'
import type { Context, S3Response } from '../operation.ts'
import type { OpenSelect } from './open-select.ts'
import type { SelectRun } from '../../select/select.ts'

export interface ObjectQuery extends SelectQuery {
  bucket: string
  key: string
  versionId: string | null
  headers: Headers
}

/** Throws S3Error for what is known to be wrong before the first byte of the answer. */
export async function selectObject(query: ObjectQuery, context: Context, open: OpenSelect): Promise<S3Response> {
  refuseAnonymous(context)
  const { key, versionId, headers } = query
  const request = selectRequest(query, context)
  // A footer is read first, or a range: then all of it would be asked for in vain.
  const ahead = request.input.format !== 'Parquet' && request.scanRange === null
  const source = await openAddressed({ bucket: context.bucket, key, versionId, ahead }, context)
  try {
    if (request.scanRange !== null) checkScanRange(request.scanRange, source.size)
    const setup = {
      now: context.now,
      openOther: (object: { bucket: string; key: string }) => openJoined(object, headers, context),
    }
    const run = await openMaybeOnNodes(open, context.selectFanOut, { request, source, setup })
    return selectAnswer(closingBoth(run, source), query, context)
  } catch (error) {
    await source.close()
    throw error
  }
}

/** The run, which gives up with it what of the object nobody read. */
function closingBoth(run: SelectRun, source: StoredObject): SelectRun {
  return {
    next: () => run.next(),
    stats: () => run.stats(),
    async close() {
      await run.close()
      await source.close()
    },
  }
}
