// A part of a query, as a node is asked for it. Plain data: it travels as JSON.
import type { SelectRequest } from '../request.ts'

export interface PartQuery {
  /** The statement as the client wrote it; `scanRange` is the part's. */
  request: SelectRequest
  /** UTCNOW() of the whole query: milliseconds since 1970. */
  now: number
  /** Its first records are those of the answer: what is wrong with them is told before any of them is sent. */
  isFirst: boolean
  /** Records as they are sent, or what is known of aggregates when the part has been read. */
  gives: 'records' | 'partial'
  /** Of the records found in this part, how many are left out, and how many follow; null: all. Of `gives: 'records'` only. */
  skip: number
  limit: number | null
}

/** What answers parts: each in an isolate of its own, where there are several. */
export interface SelectNodes {
  /** The messages of one part's answer (./part-message.ts). Cancelling the stream stops the work. */
  ask(part: number, query: PartQuery): Promise<ReadableStream<Uint8Array>>
}
