// Small native streams. Native (kj) streams are pumped without JavaScript and keep their length, so that a response made of
// one has a Content-Length; a ReadableStream written in JavaScript has neither.

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
