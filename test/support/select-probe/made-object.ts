// Objects too large to be kept, made when they are read: a head, a body that repeats, a tail.
import type { ObjectSource } from '../../../src/select/batch.ts'

export interface MadeObject {
  head: string
  /** Repeated so many times. Each copy is the same. */
  body: string
  times: number
  tail: string
}

export interface CountedSource extends ObjectSource {
  /** Bytes that left it. */
  given: number
  cancelled: boolean
}

export function sizeOf({ head, body, times, tail }: MadeObject): number {
  return head.length + body.length * times + tail.length
}

/** ASCII alone. */
export function madeSource(object: MadeObject): CountedSource {
  const size = sizeOf(object)
  const utf8 = new TextEncoder()
  const [head, body, tail] = [utf8.encode(object.head), utf8.encode(object.body), utf8.encode(object.tail)]
  const tailAt = size - tail.length
  /** Fills the view with what lies at `offset`. */
  const fill = (view: Uint8Array, offset: number): void => {
    for (let at = 0; at < view.length;) {
      const place = offset + at
      const [part, from] =
        place < head.length
          ? [head, place]
          : place < tailAt
            ? [body, (place - head.length) % body.length]
            : [tail, place - tailAt]
      const piece = part.subarray(from, from + view.length - at)
      view.set(piece, at)
      at += piece.length
    }
  }
  const source: CountedSource = {
    size,
    given: 0,
    cancelled: false,
    read(offset, length) {
      let at = 0
      const bytes = {
        type: 'bytes',
        pull(controller: ReadableByteStreamController) {
          const view = controller.byobRequest?.view
          if (at === length) {
            controller.close()
            controller.byobRequest?.respond(0)
          } else if (view === null || view === undefined) {
            const chunk = new Uint8Array(Math.min(65_536, length - at))
            fill(chunk, offset + at)
            at += chunk.length
            source.given += chunk.length
            controller.enqueue(chunk)
          } else {
            const count = Math.min(view.byteLength, length - at)
            fill(new Uint8Array(view.buffer, view.byteOffset, count), offset + at)
            at += count
            source.given += count
            controller.byobRequest?.respond(count)
          }
        },
        cancel() {
          source.cancelled = true
        },
      }
      return Promise.resolve(new ReadableStream<Uint8Array>(bytes as unknown as UnderlyingSource<Uint8Array>))
    },
  }
  return source
}
