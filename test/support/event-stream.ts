// Reads event streams as a client does, and fails where a length or a CRC is wrong.
import { Buffer } from 'node:buffer'
import { crc32 } from 'node:zlib'

export interface EventMessage {
  headers: Record<string, string>
  payload: Buffer
  text: string
}

/** The messages of a whole stream, however it was cut. */
export function readMessages(pieces: readonly Uint8Array[]): EventMessage[] {
  const bytes = Buffer.concat(pieces)
  const messages: EventMessage[] = []
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32BE(at)
    messages.push(readMessage(bytes.subarray(at, at + length)))
    at += length
  }
  return messages
}

function readMessage(bytes: Buffer): EventMessage {
  const headersLength = bytes.readUInt32BE(4)
  if (bytes.readUInt32BE(8) !== crc32(bytes.subarray(0, 8))) throw new Error('CRC of the prelude')
  if (bytes.readUInt32BE(bytes.length - 4) !== crc32(bytes.subarray(0, -4))) throw new Error('CRC of the message')
  const headers: Record<string, string> = {}
  let at = 12
  while (at < 12 + headersLength) {
    const name = bytes.subarray(at + 1, at + 1 + bytes.readUInt8(at)).toString()
    at += 1 + name.length
    if (bytes.readUInt8(at) !== 7) throw new Error('A header that is no string')
    const valueLength = bytes.readUInt16BE(at + 1)
    headers[name] = bytes.subarray(at + 3, at + 3 + valueLength).toString()
    at += 3 + valueLength
  }
  const payload = bytes.subarray(at, -4)
  return { headers, payload, text: payload.toString() }
}

/** What the stream says, in one line each: `Records 12`, `Stats 5 5 2`, `End`, `error CastFailed`. */
export function outlineOf(messages: readonly EventMessage[]): string[] {
  return messages.map(({ headers, text, payload }) => {
    if (headers[':message-type'] === 'error') return `error ${headers[':error-code']}`
    const type = headers[':event-type'] ?? ''
    if (type === 'Records') return `Records ${payload.length}`
    const numbers = [...text.matchAll(/>(\d+)</g)].map((match) => match[1])
    return [type, ...numbers].join(' ')
  })
}

/** All bytes of Records, as text. */
export function recordsOf(messages: readonly EventMessage[]): string {
  return Buffer.concat(
    messages.filter(({ headers }) => headers[':event-type'] === 'Records').map(({ payload }) => payload),
  ).toString()
}
