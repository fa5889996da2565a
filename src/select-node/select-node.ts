// A node: a Durable Object that answers queries, or parts of them, in an isolate of its own, and keeps nothing.
import { DurableObject } from 'cloudflare:workers'
import type { Env } from '../env.ts'
import { describeError, logFault } from '../log.ts'
import { openQuery } from '../s3/select/engine.ts'
import { openPinned } from '../s3/select/object-source.ts'
import type { PinnedObject } from '../s3/select/object-source.ts'
import { pinnedBeside, type BesideObject } from '../s3/select/on-nodes.ts'
import { answerPart, type PartRun } from '../select/fan-out/answer-part.ts'
import { openPart } from '../select/fan-out/open-part.ts'
import type { PartQuery } from '../select/fan-out/part-query.ts'
import { createStore } from '../store/create-store.ts'
import type { Store } from '../store/store.ts'

/** What the coordinator sends, as JSON. Whether the objects may be read was decided there. */
export interface NodeRequest {
  object: PinnedObject
  query: PartQuery
  /** Of a whole query that takes several passes: what it reads beside the object. Null for a part. */
  beside: readonly BesideObject[] | null
}

export class SelectNode extends DurableObject<Env> {
  /** Answers with the messages of the query; a body that is cancelled stops it. */
  override async fetch(request: Request): Promise<Response> {
    const asked = await request.json<NodeRequest>()
    const body = answerPart(() => openAsked(asked, createStore(this.env)), {
      onFault: (error) => logFault('A query on a node failed', describeError(error)),
    })
    return new Response(body)
  }
}

async function openAsked({ object, query, beside }: NodeRequest, store: Store): Promise<PartRun> {
  const source = openPinned(store, object)
  if (beside === null) return openPart(query, source)
  const { request, now } = query
  const run = await openQuery(request, source, {
    now,
    openOther: (other) => Promise.resolve(openPinned(store, pinnedBeside(beside, other))),
  })
  return {
    async next() {
      const bytes = await run.next()
      // How many records are sent matters to nobody: the query is asked for once.
      return bytes === null ? null : { bytes, records: null }
    },
    partial: () => null,
    stats: () => run.stats(),
    close: () => run.close(),
  }
}
