// How the answer to a query goes over the wire: AWS's event stream, or lines of JSON. No I/O, no clock.
import {
  continuationMessage,
  endMessage,
  errorMessage,
  progressMessage,
  recordsMessage,
  recordsPayloadMax,
  statsMessage,
  type SelectStats,
} from './event-stream.ts'
import type { S3Error } from '../../errors.ts'

export interface Framing {
  contentType: string
  /** Bytes of records that `records` takes. */
  payloadMax: number
  records(payload: Uint8Array): Uint8Array
  /** What is sent where nothing was for a while; null for nothing. */
  idle: (() => Uint8Array) | null
  /** Progress, where it was asked for and can be told. */
  progress: ((stats: SelectStats) => Uint8Array) | null
  /** The pieces that end a complete answer. */
  end(stats: SelectStats): Uint8Array[]
  error(error: S3Error): Uint8Array
}

/** The event stream of SelectObjectContent. */
export function eventFraming({ progress }: { progress: boolean }): Framing {
  return {
    contentType: 'application/octet-stream',
    payloadMax: recordsPayloadMax,
    records: recordsMessage,
    idle: continuationMessage,
    progress: progress ? progressMessage : null,
    end: (stats) => [statsMessage(stats), endMessage()],
    error: ({ code, message }) => errorMessage(code, message),
  }
}

const utf8 = new TextEncoder()

/** Records as they are, one JSON text a line; a line that holds `error` ends an answer that failed. */
export const lineFraming: Framing = {
  contentType: 'application/x-ndjson',
  payloadMax: Number.POSITIVE_INFINITY,
  records: (payload) => payload,
  idle: null,
  progress: null,
  end: () => [],
  error: ({ code, message }) => utf8.encode(`${JSON.stringify({ error: { code, message } })}\n`),
}
