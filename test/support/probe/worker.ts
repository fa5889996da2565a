// The Worker with probes: shards that can be called directly, a catalogue that fails as asked, and counts of every hop.
// Everything under /-/probe/ is this file's; all else is the real Worker, whose bindings are counted.
import { localEnvironment, shardEnvironment } from '../../../infra/embedded/local/environment.ts'
import type { LocalEnv } from '../../../infra/embedded/local/environment.ts'
import { resident } from '../../../infra/embedded/local/resident.ts'
import type { Env } from '../../../src/env.ts'
import { KeyShard as RealKeyShard } from '../../../src/shard/key-shard.ts'
import worker from '../../../src/worker.ts'
import { faultyCatalog, faults } from './faulty-catalog.ts'
import { countedEnvironment, counts, resetCounts } from './counted-environment.ts'
import { fromWire, toWire } from './wire.ts'

// Faults are what the tests make: the log of them would hide what vitest says.
console.error = () => {}

export { Database } from '../../../infra/embedded/local/environment.ts'
export { Keeper } from '../../../infra/embedded/local/keeper.ts'
export { SelectNode } from '../../../src/select-node/select-node.ts'
export { Volume } from '../../../src/shard/volume.ts'

/** A shard whose catalogue fails as asked, and whose rows can be seen. */
class ProbedShard extends RealKeyShard {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, { ...env, CATALOG_0: faultyCatalog(env.CATALOG_0) })
  }

  /** All rows of all tables. */
  dump(): Record<string, unknown[]> {
    const { sql } = this.ctx.storage
    const tables = sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    const own = tables.toArray().filter(({ name }) => !name.startsWith('_cf_') && !name.startsWith('sqlite_'))
    return Object.fromEntries(own.map(({ name }) => [name, sql.exec(`SELECT * FROM ${name}`).toArray()]))
  }

  /** `alarm` itself cannot be called from outside. */
  runAlarm(): Promise<void> {
    return this.alarm()
  }

  /** Ends this instance as a crash would; the next call makes another one. */
  crash(): void {
    this.ctx.abort('The test asked for it')
  }
}

/** As in `infra/embedded/local/environment.ts`: requests reach it by line, the probes by RPC. */
export const KeyShard = resident(ProbedShard, {
  className: 'KeyShard',
  reads: ['read', 'readMore', 'attributes', 'facts', 'listParts', 'holds'],
  keep: (env: LocalEnv, name) => env.KEEPER.getByName('keeper').keep('KEY_SHARD', name),
  environment: shardEnvironment,
})

let counted: Env | null = null

export default {
  async fetch(request, env, context): Promise<Response> {
    counted ??= countedEnvironment(localEnvironment(env))
    const { pathname } = new URL(request.url)
    if (!pathname.startsWith('/-/probe/')) return worker.fetch(request, counted, context)
    const asked = fromWire(await request.json())
    try {
      const answer = await probe(
        { ...localEnvironment(env), KEY_SHARD: env.KEY_SHARD },
        pathname.slice('/-/probe/'.length),
        asked as never,
      )
      return Response.json({ answer: toWire(answer ?? null) })
    } catch (error) {
      return Response.json({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  },
} satisfies ExportedHandler<LocalEnv>

interface Call {
  shard: string
  method: string
  args: unknown[]
}

async function probe(env: Env, what: string, asked: never): Promise<unknown> {
  switch (what) {
    case 'call':
      return call(env, asked)
    case 'calls':
      return Promise.all((asked as Call[]).map((one) => call(env, one)))
    case 'faults':
      Object.assign(faults, asked)
      return null
    case 'statements':
      return faults.statements
    case 'catalogue':
      return catalogue(env)
    case 'run':
      return run(env, asked)
    case 'store':
      return store(env, asked)
    case 'counts':
      return { ...counts, files: counts.files.splice(0) }
    case 'reset':
      return resetCounts()
    default:
      throw new Error(`There is no probe ${what}`)
  }
}

function call(env: Env, { shard, method, args }: Call): Promise<unknown> {
  const stub = env.KEY_SHARD.getByName(shard) as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>
  return stub[method]!(...args)
}

/** Runs a statement on the catalogue behind everybody's back. */
async function run(env: Env, { sql, values }: { sql: string; values: unknown[] }): Promise<unknown> {
  return (
    await env.CATALOG_0.prepare(sql)
      .bind(...values)
      .all()
  ).results
}

async function catalogue(env: Env): Promise<Record<string, unknown>> {
  const tables = ['buckets', 'objects', 'versions', 'uploads', 'shards']
  const rows = await Promise.all(tables.map((name) => env.CATALOG_0.prepare(`SELECT * FROM ${name}`).all()))
  return Object.fromEntries(tables.map((name, index) => [name, rows[index]?.results]))
}

/** Puts a file under an extent's name, as a bulk store would. */
async function store(env: Env, { extent, bytes }: { extent: string; bytes: Uint8Array }): Promise<void> {
  const url = `https://disk/${extent.slice(0, 2)}/${extent.slice(2, 4)}/${extent}`
  const response = await env.FILES?.fetch(url, { method: 'PUT', body: bytes })
  if (response?.ok !== true) throw new Error(`The disk service answered ${response?.status}`)
}
