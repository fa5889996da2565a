// An extent on its way into a store that takes one stream: the disk service, an R2 put, a Volume.
import { assert } from '../assert.ts'
import type { BulkStoreName, NewExtent } from '../shard/rpc.ts'
import { BlockChecksums } from './blocks.ts'
import type { ExtentWriter } from './bulk-store.ts'

export interface StreamedExtent {
  store: BulkStoreName
  extent: string
  /** Null: not known; then at most `sizeMax`. */
  size: number | null
  sizeMax: number
  /** Stores the stream under the extent's name; rejects when the store did not take it. */
  send: (body: ReadableStream<Uint8Array>) => Promise<void>
  /** Removes what an abort may leave: without a length a broken stream may look to the store like an ended one. */
  remove: () => Promise<void>
}

/** Starts sending at once; the store sees the end only from `close`, and a broken stream from `abort`. */
export function streamedWriter({ store, extent, size, sizeMax, send, remove }: StreamedExtent): ExtentWriter {
  assert(size === null || size <= sizeMax, 'An extent is not larger than its store allows')
  const { readable, writable } = size === null ? new IdentityTransformStream() : new FixedLengthStream(size)
  const writer = writable.getWriter()
  const checksums = new BlockChecksums()
  let failure: unknown = null
  // A store that fails leaves the stream unread; breaking it wakes a write that waits for it.
  const sent = send(readable).catch(async (error: unknown) => {
    failure = error
    await writer.abort(error).catch(() => undefined)
    throw error
  })
  sent.catch(() => undefined)
  let ended = false

  return {
    async write(piece: Uint8Array): Promise<void> {
      if (piece.byteLength === 0) return
      assert(checksums.size + piece.byteLength <= (size ?? sizeMax), 'A writer gets no more bytes than announced')
      checksums.add(piece)
      try {
        await writer.write(piece)
      } catch (error) {
        throw failure ?? error
      }
    },

    async close(): Promise<NewExtent> {
      assert(size === null || checksums.size === size, 'A writer gets as many bytes as announced')
      ended = true
      try {
        await writer.close()
      } catch (error) {
        throw failure ?? error
      }
      await sent
      return { store, extent, size: checksums.size, crcs: checksums.finish() }
    },

    async abort(): Promise<void> {
      if (ended) return
      ended = true
      await writer.abort(new Error('The upload was given up')).catch(() => undefined)
      await sent.catch(() => undefined)
      await remove().catch(() => undefined)
    },
  }
}
