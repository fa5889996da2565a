// Nodes in memory: each part is a list of records, some of which are faults.
import { answerPart } from '../../src/select/fan-out/answer-part.ts'
import type { PartRun } from '../../src/select/fan-out/answer-part.ts'
import { encodeMessage, MessageReader } from '../../src/select/fan-out/part-message.ts'
import type { PartQuery, SelectNodes } from '../../src/select/fan-out/part-query.ts'

/** A record, an error that comes in its place, or the loss of the node, once. */
export type FakeRecord = string | Error | { lost: true }

export interface FakeNodes extends SelectNodes {
  /** Every part asked for, in order. */
  asked: { part: number; query: PartQuery }[]
  /** Parts whose runs were closed. */
  closed: number[]
  /** Records made, by part. */
  made: number[]
}

/** `perMessage` records come at once. */
export function fakeNodes(parts: FakeRecord[][], perMessage = 3): FakeNodes {
  const nodes: FakeNodes = {
    asked: [],
    closed: [],
    made: parts.map(() => 0),
    ask(part, query) {
      nodes.asked.push({ part, query })
      const open = () => openFake(parts[part]!, query, { nodes, part, perMessage })
      const stream = answerPart(open, { onFault: () => undefined })
      return Promise.resolve(breakable(stream))
    },
  }
  return nodes
}

class Lost extends Error {}

async function openFake(
  records: FakeRecord[],
  { skip, limit, gives }: PartQuery,
  { nodes, part, perMessage }: { nodes: FakeNodes; part: number; perMessage: number },
): Promise<PartRun> {
  if (records[0] instanceof Error) throw records[0]
  let at = 0
  let found = 0
  let given = 0
  return {
    async next() {
      const lines: string[] = []
      while (at < records.length && lines.length < perMessage && given < (limit ?? Infinity)) {
        const record = records[at]!
        if (typeof record !== 'string' && lines.length > 0) break
        at++
        if (record instanceof Error) throw record
        if (typeof record !== 'string') {
          records.splice(at - 1, 1)
          throw new Lost()
        }
        nodes.made[part]!++
        if (found++ < skip) continue
        lines.push(record)
        given++
      }
      if (gives === 'partial') return null
      if (lines.length === 0) return null
      return { bytes: Buffer.from(lines.map((line) => `${line}\n`).join('')), records: lines.length }
    },
    partial: () => (gives === 'partial' ? Buffer.from(`part ${part}`) : null),
    stats: () => ({ scanned: at, processed: at * 2 }),
    close() {
      nodes.closed.push(part)
      return Promise.resolve()
    },
  }
}

/** The same messages, but what is internal breaks the stream, as a node does that is reset. */
function breakable(stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = new MessageReader(stream)
  let isLast = false
  const source = {
    type: 'bytes',
    async pull(controller: {
      enqueue(bytes: Uint8Array): void
      close(): void
      byobRequest: { respond(count: number): void } | null
    }) {
      if (isLast) {
        controller.close()
        controller.byobRequest?.respond(0)
        return
      }
      const message = await reader.next()
      if (message.kind === 'error' && message.error.code === 'InternalError') throw new Error('The node was reset')
      isLast = message.kind === 'end' || message.kind === 'error'
      controller.enqueue(encodeMessage(message))
    },
    cancel: () => reader.close(),
  }
  return new ReadableStream<Uint8Array>(source as unknown as UnderlyingSource<Uint8Array>)
}
