// Reading a request to its end although nobody wants it.

/** A read of this many bytes at most. */
const bufferBytes = 64 * 1024

/**
 * Reads and forgets what is left of a request's body, so that a client that sends everything before it looks for an
 * answer finds one, and not a reset connection. Gives up silently at either limit, on a broken connection, and where
 * somebody else still holds the stream. Never throws.
 * https://www.rfc-editor.org/rfc/rfc9112#section-9.6
 */
export async function drain(
  stream: ReadableStream<Uint8Array>,
  limitBytes: number,
  limitMilliseconds: number,
): Promise<void> {
  if (stream.locked) return
  const reader = stream.getReader({ mode: 'byob' })
  const timer = setTimeout(() => void reader.cancel().catch(() => {}), limitMilliseconds)
  try {
    let view = new Uint8Array(bufferBytes)
    for (let bytes = 0; bytes < limitBytes;) {
      const { done, value } = await reader.read(view)
      if (done) return
      bytes += value.byteLength
      view = new Uint8Array(value.buffer)
    }
    await reader.cancel()
  } catch {
    // The client is gone: there is nobody left to answer.
  } finally {
    clearTimeout(timer)
  }
}
