// The bytes of an object out of the segments its manifest names, as one stream.
import type { Env } from '../env.ts'
import type { Segment } from '../shard/rpc.ts'
import { isWellFormed } from './blocks.ts'
import { DamagedExtent } from './bulk-store.ts'
import { bulkStore } from './choose.ts'
import { bytesStream, discard } from './streams.ts'
import { verifiedBytes } from './verified-stream.ts'

/**
 * The segments in order as one stream of exactly `total` bytes, every block verified before it is handed out.
 * Resolves once the first bytes are verified; throws DamagedExtent when they are not. Later damage breaks the stream.
 * A response made of the stream has a Content-Length. Cancelling it stops all reading.
 * Memory: the piece under way and that of the next segment, which is opened ahead.
 */
export async function readSegments(
  env: Env,
  segments: Iterable<Segment> | AsyncIterable<Segment>,
  total: number,
): Promise<ReadableStream<Uint8Array>> {
  const streams = openedStreams(env, segments)
  const first = await streams.next()
  if (first.done === true) return bytesStream(new Uint8Array())
  // A single segment passes through as its store gives it.
  if (first.value.length === total) return first.value.stream
  const { readable, writable } = new FixedLengthStream(total)
  void join(first.value.stream, streams, writable)
  return readable
}

interface OpenedStream {
  length: number
  stream: ReadableStream<Uint8Array>
}

async function* openedStreams(
  env: Env,
  segments: Iterable<Segment> | AsyncIterable<Segment>,
): AsyncGenerator<OpenedStream, void> {
  for await (const segment of segments) {
    if (segment.length === 0) continue
    yield { length: segment.length, stream: await openSegment(env, segment) }
  }
}

/** Pumps one stream after the other; never rejects, because the reader learns of a failure by the broken stream. */
async function join(
  first: ReadableStream<Uint8Array>,
  streams: AsyncGenerator<OpenedStream, void>,
  writable: WritableStream<Uint8Array>,
): Promise<void> {
  let next: Promise<IteratorResult<OpenedStream, void>> | null = null
  try {
    for (let current: ReadableStream<Uint8Array> | null = first; current !== null;) {
      next = streams.next()
      // Looked at below; until then a failure to open must not count as unhandled.
      next.catch(() => undefined)
      await current.pipeTo(writable, { preventClose: true })
      const opened: IteratorResult<OpenedStream, void> = await next
      next = null
      current = opened.done === true ? null : opened.value.stream
    }
    await writable.close()
  } catch (error) {
    await writable.abort(error).catch(() => undefined)
    const ahead = await next?.catch(() => null)
    if (ahead?.done === false) await discard(ahead.value.stream)
    await streams.return().catch(() => undefined)
  }
}

async function openSegment(env: Env, segment: Segment): Promise<ReadableStream<Uint8Array>> {
  return segment.store === 'shard' ? bytesStream(inlineBytes(segment)) : bulkStore(env, segment.store).read(segment)
}

/** With checksums `bytes` are the blocks that the segment touches; without, they are the wanted bytes themselves. */
function inlineBytes(segment: Segment): Uint8Array {
  const { extent, offset, length, crcs, bytes } = segment
  if (bytes === undefined) throw new DamagedExtent(extent, offset)
  if (crcs.byteLength === 0 && bytes.byteLength === length) return bytes
  if (!isWellFormed(segment)) throw new DamagedExtent(extent, offset)
  return verifiedBytes(bytes, segment)
}
