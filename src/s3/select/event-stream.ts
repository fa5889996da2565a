// Messages of the event stream that SelectObjectContent answers with. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html
import { crc32 } from '../../kernels/crc32.ts'
import { assert } from '../../assert.ts'
import { selectFrameBytesMax } from '../../limits.ts'

/** Bytes read of the object, those after decompression, and those of Records sent. */
export interface SelectStats {
  scanned: number
  processed: number
  returned: number
}

const utf8 = new TextEncoder()
const preludeBytes = 12
const trailerBytes = 4
/** Header values are strings. */
const stringType = 7
/** A message for people: AWS's own are shorter, a header may have 64 KiB. */
const errorMessageCharsMax = 4096

/** Message headers in wire form. */
function encodeHeaders(headers: readonly (readonly [name: string, value: string])[]): Uint8Array {
  const encoded = headers.map(([name, value]) => ({ name: utf8.encode(name), value: utf8.encode(value) }))
  const bytes = new Uint8Array(encoded.reduce((sum, { name, value }) => sum + 4 + name.length + value.length, 0))
  let at = 0
  for (const { name, value } of encoded) {
    bytes[at] = name.length
    bytes.set(name, at + 1)
    at += 1 + name.length
    bytes[at] = stringType
    bytes[at + 1] = value.length >> 8
    bytes[at + 2] = value.length & 0xff
    bytes.set(value, at + 3)
    at += 3 + value.length
  }
  return bytes
}

/** Total length, length of the headers, CRC of both, headers, payload, CRC of all before it. */
function encodeMessage(headers: Uint8Array, payload: Uint8Array): Uint8Array {
  const length = preludeBytes + headers.length + payload.length + trailerBytes
  assert(length <= selectFrameBytesMax, 'A message fits a frame')
  const message = new Uint8Array(length)
  const view = new DataView(message.buffer)
  view.setUint32(0, length)
  view.setUint32(4, headers.length)
  view.setUint32(8, crc32(message.subarray(0, 8)))
  message.set(headers, preludeBytes)
  message.set(payload, preludeBytes + headers.length)
  view.setUint32(length - trailerBytes, crc32(message.subarray(0, length - trailerBytes)))
  return message
}

const event = [':message-type', 'event'] as const
const recordsHeaders = encodeHeaders([event, [':content-type', 'application/octet-stream'], [':event-type', 'Records']])
const statsHeaders = encodeHeaders([event, [':content-type', 'text/xml'], [':event-type', 'Stats']])
const progressHeaders = encodeHeaders([event, [':content-type', 'text/xml'], [':event-type', 'Progress']])
const noPayload = new Uint8Array()

/** Bytes of records that one message holds. */
export const recordsPayloadMax = selectFrameBytesMax - preludeBytes - recordsHeaders.length - trailerBytes

/** Bytes of records, at most `recordsPayloadMax`; a record may go on in the next message. */
export function recordsMessage(payload: Uint8Array): Uint8Array {
  return encodeMessage(recordsHeaders, payload)
}

/** Keeps the connection. */
export function continuationMessage(): Uint8Array {
  return encodeMessage(encodeHeaders([event, [':event-type', 'Cont']]), noPayload)
}

export function progressMessage(stats: SelectStats): Uint8Array {
  return encodeMessage(progressHeaders, statsXml('Progress', stats))
}

export function statsMessage(stats: SelectStats): Uint8Array {
  return encodeMessage(statsHeaders, statsXml('Stats', stats))
}

/** The answer is complete. */
export function endMessage(): Uint8Array {
  return encodeMessage(encodeHeaders([event, [':event-type', 'End']]), noPayload)
}

/** The query failed after the answer began; nothing follows. */
export function errorMessage(code: string, message: string): Uint8Array {
  const text = message.toWellFormed().slice(0, errorMessageCharsMax)
  return encodeMessage(
    encodeHeaders([
      [':error-code', code],
      [':error-message', text],
      [':message-type', 'error'],
    ]),
    noPayload,
  )
}

function statsXml(name: 'Progress' | 'Stats', { scanned, processed, returned }: SelectStats): Uint8Array {
  return utf8.encode(
    `<?xml version="1.0" encoding="UTF-8"?><${name}><BytesScanned>${scanned}</BytesScanned>` +
      `<BytesProcessed>${processed}</BytesProcessed><BytesReturned>${returned}</BytesReturned></${name}>`,
  )
}
