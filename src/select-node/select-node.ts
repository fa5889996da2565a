// A node: a Durable Object that answers parts of queries in an isolate of its own, and keeps nothing.
import { DurableObject } from 'cloudflare:workers'
import type { Env } from '../env.ts'
import { describeError, logFault } from '../log.ts'
import { openPinned } from '../s3/select/object-source.ts'
import type { PinnedObject } from '../s3/select/object-source.ts'
import { answerPart } from '../select/fan-out/answer-part.ts'
import { openPart } from '../select/fan-out/open-part.ts'
import type { PartQuery } from '../select/fan-out/part-query.ts'
import { createStore } from '../store/create-store.ts'

/** What the coordinator sends, as JSON. Whether the object may be read was decided there. */
export interface NodeRequest {
  object: PinnedObject
  query: PartQuery
}

export class SelectNode extends DurableObject<Env> {
  /** Answers with the messages of the part; a body that is cancelled stops it. */
  override async fetch(request: Request): Promise<Response> {
    const { object, query } = await request.json<NodeRequest>()
    const source = openPinned(createStore(this.env), object)
    const body = answerPart(() => openPart(query, source), {
      onFault: (error) => logFault('A part of a query failed', describeError(error)),
    })
    return new Response(body)
  }
}
