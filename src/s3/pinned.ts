// An answer is about the version that was judged, or there is none. No I/O, no clock.
import { S3Error } from '../errors.ts'
import type { Context } from './operation.ts'

/** Throws SlowDown when the object was replaced since it was decided about: a client that tries again is judged anew. */
export function checkPinned({ pinned }: Pick<Context, 'pinned'>, version: { seq: number }): void {
  if (pinned === null || pinned === version.seq) return
  throw new S3Error('SlowDown', { reason: 'The object was replaced between the decision and the answer' })
}
