// What a node says of the part it was asked for, as a stream of bytes. An error is a message too, since a class is lost on
// the way. No clock.
import { assert } from '../../assert.ts'
import { S3_ERRORS, S3Error } from '../../errors.ts'
import type { S3ErrorCode } from '../../errors.ts'
import { readAtLeast } from '../source/stream-pieces.ts'

/** Bytes read so far of the object, and those after decompression. */
export interface PartStats {
  scanned: number
  processed: number
}

export type PartMessage = PartStats &
  (
    | { kind: 'begun' }
    | { kind: 'progress' }
    /** Whole records in the output's format; null: nobody knows how many, since one failed among them, as comes next. */
    | { kind: 'records'; records: number | null; bytes: Uint8Array }
    | { kind: 'partial'; bytes: Uint8Array }
    | { kind: 'end' }
    | { kind: 'error'; error: S3Error }
  )

const kinds = ['begun', 'progress', 'records', 'partial', 'end', 'error'] as const
const headBytes = 25
const unknownCount = 0xffff_ffff
const utf8 = new TextEncoder()
const nothing = new Uint8Array()

/** Head: kind u8, records u32, bytes u32, scanned f64, processed f64; then the bytes. */
export function encodeMessage(message: PartMessage): Uint8Array {
  const payload = payloadOf(message)
  const encoded = new Uint8Array(headBytes + payload.length)
  const head = new DataView(encoded.buffer)
  head.setUint8(0, kinds.indexOf(message.kind))
  head.setUint32(1, message.kind === 'records' ? (message.records ?? unknownCount) : 0)
  head.setUint32(5, payload.length)
  head.setFloat64(9, message.scanned)
  head.setFloat64(17, message.processed)
  encoded.set(payload, headBytes)
  return encoded
}

function payloadOf(message: PartMessage): Uint8Array {
  switch (message.kind) {
    case 'records':
    case 'partial':
      return message.bytes
    case 'error': {
      const { code, message: text, fields } = message.error
      return utf8.encode(JSON.stringify({ code, text, fields }))
    }
    case 'begun':
    case 'progress':
    case 'end':
  }
  return nothing
}

/** The messages of a stream, in order. */
export class MessageReader {
  readonly #reader: ReadableStreamBYOBReader

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader({ mode: 'byob' })
  }

  /** The next message. Rejects where the stream ends or breaks: the last message is `end` or `error`. */
  async next(): Promise<PartMessage> {
    const bytes = await this.#take(headBytes)
    const head = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const kind = kinds[head.getUint8(0)]
    assert(kind !== undefined, 'A message of a part has a known kind')
    const payload = await this.#take(head.getUint32(5))
    const stats = { scanned: head.getFloat64(9), processed: head.getFloat64(17) }
    switch (kind) {
      case 'records':
        return { ...stats, kind, records: countOf(head.getUint32(1)), bytes: payload }
      case 'partial':
        return { ...stats, kind, bytes: payload }
      case 'error':
        return { ...stats, kind, error: errorOf(payload) }
      case 'begun':
      case 'progress':
      case 'end':
    }
    return { ...stats, kind }
  }

  async close(): Promise<void> {
    await this.#reader.cancel().catch(() => undefined)
  }

  async #take(length: number): Promise<Uint8Array> {
    if (length === 0) return nothing
    const { value } = await readAtLeast(this.#reader, new Uint8Array(length))
    if (value === undefined || value.length < length) throw new Error('The answer to a part ended within a message')
    return value
  }
}

function countOf(written: number): number | null {
  return written === unknownCount ? null : written
}

function errorOf(payload: Uint8Array): S3Error {
  const { code, text, fields } = JSON.parse(new TextDecoder().decode(payload)) as {
    code: string
    text: string
    fields: Record<string, string>
  }
  assert(isKnown(code), 'A node fails with an error of S3')
  return new S3Error(code, { message: text, fields })
}

function isKnown(code: string): code is S3ErrorCode {
  return Object.hasOwn(S3_ERRORS, code)
}
