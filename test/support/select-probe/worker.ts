// The engine of S3 Select alone in workerd, over objects that are made or lie on the disk.
import type { DatabaseEnvironment } from '../../../infra/embedded/local/database.ts'
import { scanBudgetBytes } from '../../../src/limits.ts'
import type { ObjectSource } from '../../../src/select/batch.ts'
import type { SelectRequest } from '../../../src/select/request.ts'
import { kernelPool } from '../../../src/select/kernel-pool.ts'
import { openSelect } from '../../../src/select/select.ts'
import type { SelectRun } from '../../../src/select/select.ts'
import { utcTimestamp } from '../../../src/select/value/clock.ts'
import { eventFraming } from '../../../src/s3/select/framing.ts'
import { selectStream } from '../../../src/s3/select/select-stream.ts'
import { madeSource } from './made-object.ts'
import type { CountedSource, MadeObject } from './made-object.ts'

export { Database, KeyShard } from '../../../infra/embedded/local/environment.ts'
export { Keeper } from '../../../infra/embedded/local/keeper.ts'
export { SelectNode } from '../../../src/select-node/select-node.ts'
export { Volume } from '../../../src/shard/volume.ts'

export interface ProbeQuery {
  request: SelectRequest
  object: { made: MadeObject } | { file: string; size: number }
  /** The answer as the event stream, instead of what is known of it. */
  stream?: boolean
}

export interface ProbeAnswer {
  /** Bytes of records, and the first of them. */
  length: number
  start: string
  /** Bytes scanned when the first records came. */
  firstAt: number | null
  scanned: number
  /** Memory of the kernels that were used. */
  kernelBytes: number
  error?: string
}

interface ProbeEnvironment extends DatabaseEnvironment {
  FILES: Fetcher
}

/** Of the last streamed query. */
let last: CountedSource | null = null

export default {
  async fetch(request, env): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (pathname === '/-/ready') return new Response('ready')
    if (pathname === '/last') return Response.json({ given: last?.given, cancelled: last?.cancelled })
    const query = await request.json<ProbeQuery>()
    const source = 'made' in query.object ? madeSource(query.object.made) : fileSource(env.FILES, query.object)
    try {
      const run = await openLeased(query.request, source)
      if (query.stream !== true) return Response.json(await drain(run))
      last = source as CountedSource
      return new Response(
        selectStream(run, {
          framing: eventFraming({ progress: false }),
          onFault: () => undefined,
          onSent: () => undefined,
        }),
      )
    } catch (error) {
      return Response.json({ error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) })
    }
  },
} satisfies ExportedHandler<ProbeEnvironment>

async function openLeased(request: SelectRequest, source: ObjectSource): Promise<SelectRun> {
  const { kernels, arena, release } = await kernelPool.lease(scanBudgetBytes[request.input.format])
  const run = await openSelect(request, source, { kernels, arena, now: utcTimestamp(0) })
  return {
    next: () => run.next(),
    stats: () => run.stats(),
    async close() {
      await run.close()
      release()
    },
  }
}

async function drain(run: SelectRun): Promise<ProbeAnswer> {
  const answer: ProbeAnswer = { length: 0, start: '', firstAt: null, scanned: 0, kernelBytes: 0 }
  for (let bytes = await run.next(); bytes !== null; bytes = await run.next()) {
    answer.firstAt ??= run.stats().scanned
    if (answer.length === 0) answer.start = new TextDecoder().decode(bytes.subarray(0, 200))
    answer.length += bytes.length
  }
  answer.scanned = run.stats().scanned
  await run.close()
  // The last one given back is the next one used.
  const lease = await kernelPool.lease(1)
  answer.kernelBytes = lease.kernels.memory.buffer.byteLength
  lease.release()
  return answer
}

function fileSource(files: Fetcher, { file, size }: { file: string; size: number }): ObjectSource {
  return {
    size,
    async read(offset, length) {
      const headers = { range: `bytes=${offset}-${offset + length - 1}` }
      const { body } = await files.fetch(`https://disk/${file}`, { headers })
      if (body === null) throw new Error('A file has bytes')
      return body
    },
  }
}
