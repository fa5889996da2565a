// The Worker's environment on one machine: its shards and databases are called by line (./line.ts).
import type { Env } from '../../../src/env.ts'
import { KeyShard as BaseKeyShard } from '../../../src/shard/key-shard.ts'
import { Database as BaseDatabase } from './database.ts'
import type { DatabaseEnvironment } from './database.ts'
import type { Keeper } from './keeper.ts'
import { localD1 } from './local-d1.ts'
import { localNamespace, resident } from './resident.ts'

/** What miniflare binds: the databases are objects of one class. */
export interface LocalEnv extends Omit<Env, 'CONTROL' | 'CATALOG_0'>, DatabaseEnvironment {
  DATABASE: DurableObjectNamespace<BaseDatabase>
  KEEPER: DurableObjectNamespace<Keeper>
}

const environments = new WeakMap<LocalEnv, Env>()

/** The environment of requests; the same for the same bindings. */
export function localEnvironment(env: LocalEnv): Env {
  const known = environments.get(env)
  if (known !== undefined) return known
  const shards = localNamespace(env.KEY_SHARD, { className: 'KeyShard', base: BaseKeyShard })
  const local: Env = { ...env, ...databases(env), KEY_SHARD: shards }
  environments.set(env, local)
  return local
}

/** The environment of a shard. What it tells a database waits until the disk has what led to it, as by RPC. */
export function shardEnvironment(env: LocalEnv, confirmed: () => Promise<void>): Env {
  return { ...env, ...databases(env, confirmed) }
}

function databases(env: LocalEnv, before?: () => Promise<void>): Pick<Env, 'CONTROL' | 'CATALOG_0'> {
  const options = { className: 'Database', base: BaseDatabase, ...(before === undefined ? {} : { before }) }
  const namespace = localNamespace(env.DATABASE, options)
  const database = (name: string) => localD1(namespace.getByName(name))
  return { CONTROL: database('CONTROL'), CATALOG_0: database('CATALOG_0') }
}

export const Database = resident(BaseDatabase, {
  className: 'Database',
  reads: ['read'],
  keep: (env: LocalEnv, name) => env.KEEPER.getByName('keeper').keep('DATABASE', name),
  environment: (env) => env,
})

export const KeyShard = resident(BaseKeyShard, {
  className: 'KeyShard',
  reads: ['read', 'readMore', 'attributes', 'facts', 'listParts', 'holds'],
  keep: (env: LocalEnv, name) => env.KEEPER.getByName('keeper').keep('KEY_SHARD', name),
  environment: shardEnvironment,
})
