// multipart/byteranges: the answer to a request for several ranges. RFC 9110 section 14.6. No clock.
import { contentRange, resolveRange } from '../http/range.ts'
import type { ByteRange, RangeSpec } from '../http/range.ts'

/** More ranges than this in one request are ignored and the whole object sent: RFC 9110 section 14.2 allows it. */
export const rangesMax = 64

const utf8 = new TextEncoder()

/**
 * What several ranges mean for an object of `size` bytes. `whole`: to be ignored, because they are too many or ask for
 * more bytes than the object has (overlaps meant to multiply the answer). `unsatisfiable`: not one lies in the object.
 */
export function resolveRanges(specs: RangeSpec[], size: number): ByteRange[] | 'whole' | 'unsatisfiable' {
  if (specs.length > rangesMax) return 'whole'
  const ranges = specs.map((spec) => resolveRange(spec, size)).filter((range) => range !== 'unsatisfiable')
  if (ranges.length === 0) return 'unsatisfiable'
  const bytes = ranges.reduce((sum, range) => sum + range.length, 0)
  return bytes > size ? 'whole' : ranges
}

export interface Byteranges {
  /** With the boundary. */
  contentType: string
  /** Bytes of the whole body, delimiters included. */
  contentLength: number
  /** The body; `open` is asked for each range when its turn comes. */
  body(open: (range: ByteRange) => Promise<Uint8Array | ReadableStream<Uint8Array>>): ReadableStream<Uint8Array>
}

/** Lays out an answer of several ranges. `boundary` must not occur in the object: give a random one. */
export function layoutByteranges(
  ranges: ByteRange[],
  object: { size: number; contentType: string },
  boundary: string,
): Byteranges {
  const parts = ranges.map((range, index) => ({
    range,
    head: utf8.encode(
      `${index === 0 ? '' : '\r\n'}--${boundary}\r\n` +
        `Content-Type: ${object.contentType}\r\nContent-Range: ${contentRange(range, object.size)}\r\n\r\n`,
    ),
  }))
  const end = utf8.encode(`\r\n--${boundary}--\r\n`)
  const contentLength = parts.reduce((sum, { head, range }) => sum + head.length + range.length, end.length)
  return {
    contentType: `multipart/byteranges; boundary=${boundary}`,
    contentLength,
    body: (open) => streamOf(piecesOf(parts, end, open), contentLength),
  }
}

async function* piecesOf(
  parts: { range: ByteRange; head: Uint8Array }[],
  end: Uint8Array,
  open: (range: ByteRange) => Promise<Uint8Array | ReadableStream<Uint8Array>>,
): AsyncGenerator<Uint8Array> {
  for (const { range, head } of parts) {
    const content = await open(range)
    if (content instanceof Uint8Array) {
      yield head
      yield content
    } else yield* chunksOf(head, content)
  }
  yield end
}

async function* chunksOf(head: Uint8Array, stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  let isDone = false
  try {
    yield head
    for (;;) {
      const { done, value } = await reader.read()
      isDone = done
      if (done) return
      yield value
    }
  } finally {
    // The client went away in the middle: the source must not be read on.
    if (!isDone) await reader.cancel().catch(() => {})
  }
}

function streamOf(pieces: AsyncGenerator<Uint8Array>, length: number): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    // workerd's own: the answer has a Content-Length and does not come chunked.
    expectedLength: length,
    async pull(controller) {
      const { done, value } = await pieces.next()
      if (done === true) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await pieces.return(undefined)
    },
  })
}
