// Starts the Worker with probes (./worker.ts) in this process, on a free port and in a data folder of its own.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startRuntime } from '../../../infra/embedded/runtime.ts'
import { serverAt, type Endpoint } from '../endpoint.ts'
import { rootKey } from '../server-process.ts'
import type { Counts } from './counted-environment.ts'
import type { Faults } from './faulty-catalog.ts'
import { fromWire, toWire } from './wire.ts'

export interface ShardCall {
  shard: string
  method: string
  args: unknown[]
}

export type Rows = Record<string, unknown>[]

export interface ProbedServer extends Endpoint {
  /** Calls a method of the shard of this name; several at once by `calls`. */
  call(shard: string, method: string, ...args: unknown[]): Promise<unknown>
  calls(calls: ShardCall[]): Promise<unknown[]>
  /** How the catalogue treats shards from now on. */
  faults(faults: Partial<Faults>): Promise<void>
  /** Values of every statement that shards sent, since the list was last set. */
  statements(): Promise<unknown[][]>
  /** Rows of every table of the catalogue, and one statement on it. */
  catalogue(): Promise<Record<string, Rows>>
  run(sql: string, ...values: unknown[]): Promise<Rows>
  /** Makes a file as a bulk store would. */
  store(extent: string, bytes: Uint8Array): Promise<void>
  /** What the Worker used of its bindings while `work` ran. */
  countsOf(work: () => Promise<unknown>): Promise<Counts>
  stop(): Promise<void>
}

export async function startProbedServer(variables: Record<string, string> = {}): Promise<ProbedServer> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'edgeshard-probe-'))
  const runtime = await startRuntime({
    host: '127.0.0.1',
    port: 0,
    dataDir,
    log: 'off',
    entryFile: path.join(import.meta.dirname, 'worker.ts'),
    variables: {
      EDGESHARD_REGION: 'us-east-1',
      EDGESHARD_SHARDS: '2',
      EDGESHARD_BULK: 'files',
      EDGESHARD_SECRET: 'a secret of the tests, which is long enough'.replaceAll(' ', '-'),
      ROOT_ACCESS_KEY_ID: rootKey.accessKeyId,
      ROOT_SECRET_ACCESS_KEY: rootKey.secretAccessKey,
      ...variables,
    },
  })
  const probe = async (what: string, asked: unknown = null): Promise<unknown> => {
    const body = JSON.stringify(toWire(asked))
    const response = await fetch(`${runtime.url}/-/probe/${what}`, { method: 'POST', body })
    const { answer, error } = await response.json<{ answer?: unknown; error?: string }>()
    if (error !== undefined) throw new Error(error)
    return fromWire(answer)
  }
  return {
    ...serverAt({ url: runtime.url, dataDir, ...rootKey }),
    call: (shard, method, ...args) => probe('call', { shard, method, args }),
    calls: (calls) => probe('calls', calls) as Promise<unknown[]>,
    async faults(faults) {
      await probe('faults', faults)
    },
    statements: () => probe('statements') as Promise<unknown[][]>,
    catalogue: () => probe('catalogue') as Promise<Record<string, Rows>>,
    run: (sql, ...values) => probe('run', { sql, values }) as Promise<Rows>,
    async store(extent, bytes) {
      await probe('store', { extent, bytes })
    },
    async countsOf(work) {
      await probe('reset')
      await work()
      return (await probe('counts')) as Counts
    },
    async stop() {
      await runtime.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
