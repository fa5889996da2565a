import { describe, expect, it } from 'vitest'
import { S3Error } from '../../../src/errors.ts'
import { eventFraming, lineFraming, type Framing } from '../../../src/s3/select/framing.ts'
import { selectStream } from '../../../src/s3/select/select-stream.ts'
import type { SelectRun } from '../../../src/select/select.ts'
import { outlineOf, readMessages, recordsOf } from '../../support/event-stream.ts'

const utf8 = new TextEncoder()

/** A run of these steps: bytes, a fault to throw, or milliseconds to wait before the next. */
function runOf(steps: (string | Error | number)[]) {
  const state = { asked: 0, closed: 0 }
  const rest = [...steps]
  const run: SelectRun = {
    async next() {
      state.asked++
      for (;;) {
        const step = rest.shift()
        if (step === undefined) return null
        if (step instanceof Error) throw step
        if (typeof step === 'string') return utf8.encode(step)
        await new Promise((resolve) => setTimeout(resolve, step))
      }
    },
    stats: () => ({ scanned: 10, processed: 20, returned: 5 }),
    close() {
      state.closed++
      return Promise.resolve()
    },
  }
  return { run, state }
}

async function piecesOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = []
  for await (const piece of stream) pieces.push(piece)
  return pieces
}

interface Played {
  steps: (string | Error | number)[]
  framing?: Framing
  idleMilliseconds?: number
}

async function play({ steps, framing = eventFraming({ progress: false }), idleMilliseconds = 1000 }: Played) {
  const { run, state } = runOf(steps)
  const faults: unknown[] = []
  const stream = selectStream(run, {
    framing,
    onFault: (error) => faults.push(error),
    onSent: () => undefined,
    idleMilliseconds,
  })
  const pieces = await piecesOf(stream)
  return { pieces, faults, state }
}

describe('the answer to a query', () => {
  it('is Records, then Stats, then End', async () => {
    const { pieces, state } = await play({ steps: ['a\n', '', 'b\n'] })
    expect(outlineOf(readMessages(pieces))).toEqual(['Records 2', 'Records 2', 'Stats 10 20 5', 'End'])
    expect(state.closed).toBeGreaterThan(0)
  })

  it('has no Records where nothing was found', async () => {
    const { pieces } = await play({ steps: [] })
    expect(outlineOf(readMessages(pieces))).toEqual(['Stats 10 20 5', 'End'])
  })

  it('goes on in the next message with what does not fit one', async () => {
    const text = Array.from({ length: 40_000 }, (_, index) => `row ${index}`).join('\n')
    const { pieces } = await play({ steps: [text] })
    const messages = readMessages(pieces)
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(128 * 1024 - 256)
    expect(outlineOf(messages).length).toBe(Math.ceil(text.length / 130_700) + 2)
    expect(recordsOf(messages)).toBe(text)
  })

  it('keeps the connection with Cont while there is nothing to send', async () => {
    const { pieces } = await play({ steps: ['a\n', 100, 'b\n'], idleMilliseconds: 20 })
    const outline = outlineOf(readMessages(pieces))
    expect(outline.filter((one) => one === 'Cont').length).toBeGreaterThan(1)
    expect(outline.filter((one) => one !== 'Cont')).toEqual(['Records 2', 'Records 2', 'Stats 10 20 5', 'End'])
  })

  it('tells progress where it was asked for, also between records', async () => {
    const framing = eventFraming({ progress: true })
    const idle = await play({ steps: [70, 'a\n'], framing, idleMilliseconds: 20 })
    const whileIdle = outlineOf(readMessages(idle.pieces))
    expect(whileIdle.slice(0, whileIdle.indexOf('Records 2'))).toContain('Progress 10 20 5')
    const busy = await play({ steps: ['a\n', 15, 'b\n', 15, 'c\n', 'd\n'], framing, idleMilliseconds: 20 })
    const outline = outlineOf(readMessages(busy.pieces))
    expect(outline.indexOf('Progress 10 20 5')).toBeLessThan(outline.lastIndexOf('Records 2'))
    expect(outline.at(-1)).toBe('End')
  })

  it('tells progress once at the end of a query that was quick', async () => {
    const { pieces } = await play({ steps: ['a\n'], framing: eventFraming({ progress: true }) })
    expect(outlineOf(readMessages(pieces))).toEqual(['Records 2', 'Progress 10 20 5', 'Stats 10 20 5', 'End'])
  })

  it('ends with an error message and no End where the query fails', async () => {
    const { pieces, faults } = await play({ steps: ['a\n', new S3Error('CastFailed')] })
    expect(outlineOf(readMessages(pieces))).toEqual(['Records 2', 'error CastFailed'])
    expect(faults).toEqual([])
  })

  it('tells nobody what went wrong inside, but the log', async () => {
    const fault = new Error('secret path')
    const { pieces, faults, state } = await play({ steps: ['a\n', fault] })
    const messages = readMessages(pieces)
    expect(outlineOf(messages)).toEqual(['Records 2', 'error InternalError'])
    expect(messages.at(-1)?.headers[':error-message']).not.toContain('secret')
    expect(faults).toEqual([fault])
    expect(state.closed).toBeGreaterThan(0)
  })

  it('reads no further than its reader does', async () => {
    const { run, state } = runOf(Array.from({ length: 100 }, () => 'a\n'))
    const sent: number[] = []
    const options = {
      framing: eventFraming({ progress: false }),
      onFault() {},
      onSent: (bytes: number) => sent.push(bytes),
    }
    const reader = selectStream(run, options).getReader()
    const { value } = await reader.read()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(sent[0]).toBe(value?.length)
    expect(sent.length).toBeLessThanOrEqual(2)
    expect(state.asked).toBeLessThanOrEqual(2)
    await reader.cancel()
  })

  it('closes the query when its reader goes away, be it in the middle of a step', async () => {
    const { run, state } = runOf(['a\n', 50, new Error('after it was closed')])
    const faults: unknown[] = []
    const options = {
      framing: eventFraming({ progress: false }),
      onFault: (error: unknown) => faults.push(error),
      onSent() {},
    }
    const reader = selectStream(run, options).getReader()
    await reader.read()
    await reader.cancel()
    expect(state.closed).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 70))
    expect(state.asked).toBeLessThanOrEqual(2)
  })
})

describe('an answer in lines of JSON', () => {
  it('is the records as they are', async () => {
    const { pieces } = await play({ steps: ['{"a":1}\n', 30, '{"a":2}\n'], framing: lineFraming, idleMilliseconds: 5 })
    expect(Buffer.concat(pieces).toString()).toBe('{"a":1}\n{"a":2}\n')
  })

  it('ends with a line that holds the error', async () => {
    const { pieces } = await play({ steps: ['{"a":1}\n', new S3Error('CastFailed')], framing: lineFraming })
    const lines = Buffer.concat(pieces).toString().trimEnd().split('\n')
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({
      error: { code: 'CastFailed', message: expect.stringContaining('CAST') },
    })
  })
})
