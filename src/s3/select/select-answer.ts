// The answer to a query that began: 200 and a stream.
import { describeError, logFault } from '../../log.ts'
import { eventFraming, lineFraming } from './framing.ts'
import { selectStream } from './select-stream.ts'
import type { SelectRun } from '../../select/select.ts'
import type { Context, S3Response } from '../operation.ts'
import type { SelectQuery } from './select-query.ts'

/** A client that goes away closes the run. How long the answer gets nobody knows: its bytes are counted as they are read. */
export function selectAnswer(
  run: SelectRun,
  { document, asLines }: SelectQuery,
  { requestId, countSent }: Pick<Context, 'requestId' | 'countSent'>,
): S3Response {
  const framing = asLines ? lineFraming : eventFraming(document)
  const body = selectStream(run, {
    framing,
    onFault: (error) => logFault('A query failed', { requestId, ...describeError(error) }),
    onSent: countSent,
  })
  return { status: 200, headers: { 'content-type': framing.contentType }, body }
}
