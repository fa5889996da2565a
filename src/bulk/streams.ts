// Small native streams. Native (kj) streams are pumped without JavaScript and keep their length, so that a response made of
// one has a Content-Length; a ReadableStream written in JavaScript has neither.
import { logFault } from '../log.ts'
import { damagedReads } from '../metrics.ts'
import { DamagedExtent } from './bulk-store.ts'
import type { OpenRun } from './bulk-store.ts'

/** A stream of bytes already in memory. */
export function bytesStream(bytes: Uint8Array): ReadableStream<Uint8Array> {
  const body = new Response(bytes).body
  if (body === null) throw new Error('A response made of bytes has a body')
  return body
}

/** Cancels a stream nobody will read; a stream that already failed is as good as cancelled. */
export async function discard(stream: ReadableStream<Uint8Array> | null): Promise<void> {
  await stream?.cancel().catch(() => undefined)
}

/** A native stream as a run. Must not be the readable side of a transform stream: workerd does not pipe one into another. */
export function nativeRun(stream: ReadableStream<Uint8Array>): OpenRun {
  return {
    stream: () => stream,
    pumpTo: (writable) => stream.pipeTo(writable, { preventClose: true, preventAbort: true }),
    cancel: () => discard(stream),
  }
}

/** A stream of exactly `length` bytes that `pump` writes; when it rejects, the reader finds the stream broken. */
export function pumpedStream(
  length: number,
  pump: (writable: WritableStream<Uint8Array>) => Promise<void>,
): ReadableStream<Uint8Array> {
  const { readable, writable } = new FixedLengthStream(length)
  const run = async (): Promise<void> => {
    try {
      await pump(writable)
      await writable.close()
    } catch (error) {
      noteDamage(error)
      await writable.abort(error).catch(() => undefined)
    }
  }
  void run()
  return readable
}

/** Counts and logs damage that a read met. Whoever reads learns only that the stream broke. */
export function noteDamage(error: unknown): void {
  if (!(error instanceof DamagedExtent)) return
  damagedReads.add(1)
  logFault('A read met a damaged extent', { extent: error.extent, offset: error.offset })
}
