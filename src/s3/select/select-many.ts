// All objects under a prefix queried as if they were one.
import { openJoined } from './joined-object.ts'
import { objectsUnder } from './objects-under.ts'
import { selectAnswer } from './select-answer.ts'
import { refuseAnonymous, selectRequest, type SelectQuery } from './select-query.ts'
import type { Context, S3Response } from '../operation.ts'
import type { OpenSelectMany } from './open-select.ts'

export interface PrefixQuery extends SelectQuery {
  bucket: string
  prefix: string
  headers: Headers
}

/** Throws S3Error for what is known to be wrong before the first byte of the answer. */
export async function selectMany(query: PrefixQuery, context: Context, open: OpenSelectMany): Promise<S3Response> {
  refuseAnonymous(context)
  const { prefix, headers } = query
  const request = selectRequest(query, context)
  // Each statement of one pass asks for them once.
  const begun: ReturnType<typeof objectsUnder>[] = []
  const objects = () => {
    const some = objectsUnder(prefix, context, { ahead: request.input.format !== 'Parquet' })
    begun.push(some)
    return some
  }
  /** The object that is being read, and the listing. */
  const giveUp = async (): Promise<void> => {
    for (const some of begun) await some.return()
  }
  try {
    const run = await open(request, objects, {
      now: context.now,
      openOther: (object) => openJoined(object, headers, context),
    })
    const close = async (): Promise<void> => {
      await run.close()
      await giveUp()
    }
    return selectAnswer({ next: () => run.next(), stats: () => run.stats(), close }, query, context)
  } catch (error) {
    await giveUp()
    throw error
  }
}
