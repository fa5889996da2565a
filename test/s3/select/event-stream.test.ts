import { Buffer } from 'node:buffer'
import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import {
  continuationMessage,
  endMessage,
  errorMessage,
  progressMessage,
  recordsMessage,
  recordsPayloadMax,
  statsMessage,
} from '../../../src/s3/select/event-stream.ts'
import { readMessages } from '../../support/event-stream.ts'

const utf8 = new TextEncoder()

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

describe('messages of the event stream', () => {
  it('are the bytes AWS sends for Cont and End', () => {
    expect(hex(continuationMessage())).toMatch(/^00000039000000298ba19df2.*9c864a0d$/)
    expect(hex(endMessage())).toMatch(/^0000003800000028c1c684d4.*cf97d392$/)
  })

  it('are the bytes AWS sends for Records', () => {
    expect(hex(recordsMessage(utf8.encode('a\n')))).toMatch(/^00000067000000555531d14f.*610a27b7ea4e$/)
  })

  it('name their event, their content and nothing else', () => {
    const messages = [recordsMessage(utf8.encode('x')), continuationMessage(), endMessage()]
    expect(readMessages(messages).map(({ headers }) => headers)).toEqual([
      { ':message-type': 'event', ':content-type': 'application/octet-stream', ':event-type': 'Records' },
      { ':message-type': 'event', ':event-type': 'Cont' },
      { ':message-type': 'event', ':event-type': 'End' },
    ])
  })

  it.each([
    ['Stats', statsMessage],
    ['Progress', progressMessage],
  ] as const)('tell the bytes of %s as XML with its own name', (name, encode) => {
    const [message] = readMessages([encode({ scanned: 3, processed: 2 ** 40, returned: 0 })])
    expect(message?.headers).toEqual({ ':message-type': 'event', ':content-type': 'text/xml', ':event-type': name })
    expect(message?.text).toBe(
      `<?xml version="1.0" encoding="UTF-8"?><${name}><BytesScanned>3</BytesScanned>` +
        `<BytesProcessed>1099511627776</BytesProcessed><BytesReturned>0</BytesReturned></${name}>`,
    )
  })

  it('hold the code and the text of an error, in UTF-8 and not without end', () => {
    const [short, long] = readMessages([errorMessage('CastFailed', 'no “number”'), errorMessage('E', 'é'.repeat(1e6))])
    expect(short?.headers).toEqual({
      ':error-code': 'CastFailed',
      ':error-message': 'no “number”',
      ':message-type': 'error',
    })
    expect(long?.headers[':error-message']).toMatch(/^é{1000,}$/)
  })

  it('are never longer than 128 KiB - 256, and refuse a payload that would make them so', () => {
    expect(recordsMessage(new Uint8Array(recordsPayloadMax)).length).toBe(128 * 1024 - 256)
    expect(() => recordsMessage(new Uint8Array(recordsPayloadMax + 1))).toThrow('fits a frame')
  })

  it('carry the CRC of their prelude and of everything before the last four bytes', () => {
    const message = Buffer.from(recordsMessage(new Uint8Array(1000).fill(7)))
    expect(message.readUInt32BE(8)).toBe(crc32(message.subarray(0, 8)))
    expect(message.readUInt32BE(message.length - 4)).toBe(crc32(message.subarray(0, -4)))
  })
})
