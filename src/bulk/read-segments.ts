// The bytes of an object out of the segments its manifest names, as one stream.
import type { Env } from '../env.ts'
import type { Segment } from '../shard/rpc.ts'
import { isWellFormed } from './blocks.ts'
import { DamagedExtent } from './bulk-store.ts'
import type { OpenRun } from './bulk-store.ts'
import { bulkStore } from './choose.ts'
import { bytesStream, nativeRun, noteDamage, pumpedStream } from './streams.ts'
import { verifiedBytes } from './verified-run.ts'

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
  const runs = openRuns(env, segments)
  const first = await runs.next().catch((error: unknown) => {
    noteDamage(error)
    throw error
  })
  if (first.done === true) return bytesStream(new Uint8Array())
  const { run, length } = first.value
  // A single segment passes through as its store gives it.
  if (length === total) return run.stream()
  const reading = Array.isArray(segments) ? announceRead(env, segments as Segment[]) : []
  return pumpedStream(total, async (writable) => {
    try {
      await pumpAll(run, runs, writable, () => reading.forEach((one) => one.goesOn()))
    } finally {
      for (const one of reading) one.end()
    }
  })
}

/** Tells the stores which extents will be read after the first. A manifest that is read on as it goes tells of none. */
function announceRead(env: Env, segments: Segment[]): { goesOn(): void; end(): void }[] {
  const byStore = Map.groupBy(segments, ({ store }) => store)
  return [...byStore].flatMap(([store, some]) => {
    const announced = store === 'shard' ? null : bulkStore(env, store).willRead?.(some.map(({ extent }) => extent))
    return announced ?? []
  })
}

interface OpenSegment {
  run: OpenRun
  length: number
}

async function* openRuns(
  env: Env,
  segments: Iterable<Segment> | AsyncIterable<Segment>,
): AsyncGenerator<OpenSegment, void> {
  for await (const segment of segments) {
    if (segment.length > 0) yield { length: segment.length, run: await openSegment(env, segment) }
  }
}

/** Pumps one run after the other, the next one already open; rejects, having stopped all reading. `goesOn`: before each. */
async function pumpAll(
  first: OpenRun,
  runs: AsyncGenerator<OpenSegment, void>,
  writable: WritableStream<Uint8Array>,
  goesOn: () => void,
): Promise<void> {
  let next: Promise<IteratorResult<OpenSegment, void>> | null = null
  try {
    for (let run: OpenRun | null = first; run !== null;) {
      goesOn()
      next = runs.next()
      // Looked at below; until then a failure to open must not count as unhandled.
      next.catch(() => undefined)
      await run.pumpTo(writable)
      const opened: IteratorResult<OpenSegment, void> = await next
      next = null
      run = opened.done === true ? null : opened.value.run
    }
  } catch (error) {
    const ahead = await next?.catch(() => null)
    if (ahead?.done === false) await ahead.value.run.cancel()
    await runs.return().catch(() => undefined)
    throw error
  }
}

async function openSegment(env: Env, segment: Segment): Promise<OpenRun> {
  if (segment.store !== 'shard') return bulkStore(env, segment.store).open(segment)
  return nativeRun(bytesStream(inlineBytes(segment)))
}

/** With checksums `bytes` are the blocks that the segment touches; without, they are the wanted bytes themselves. */
function inlineBytes(segment: Segment): Uint8Array {
  const { extent, offset, length, crcs, bytes } = segment
  if (bytes === undefined) throw new DamagedExtent(extent, offset)
  if (crcs.byteLength === 0 && bytes.byteLength === length) return bytes
  if (!isWellFormed(segment)) throw new DamagedExtent(extent, offset)
  return verifiedBytes(bytes, segment)
}
