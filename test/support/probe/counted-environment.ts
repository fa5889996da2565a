// The bindings of a Worker, with each use counted: calls of shards, statements, requests to the disk service.
import type { Env } from '../../../src/env.ts'

export interface Counts {
  /** Calls of KeyShards. */
  shard: number
  volume: number
  /** Statements to CONTROL and to CATALOG_0. */
  control: number
  catalog: number
  /** Requests to the disk service: `GET 1000-1999 of <extent>`. */
  files: string[]
}

export const counts: Counts = { shard: 0, volume: 0, control: 0, catalog: 0, files: [] }

export function resetCounts(): void {
  Object.assign(counts, { shard: 0, volume: 0, control: 0, catalog: 0, files: [] })
}

export function countedEnvironment(env: Env): Env {
  return {
    ...env,
    KEY_SHARD: countedNamespace(env.KEY_SHARD, 'shard'),
    VOLUME: countedNamespace(env.VOLUME, 'volume'),
    CONTROL: countedDatabase(env.CONTROL, 'control'),
    CATALOG_0: countedDatabase(env.CATALOG_0, 'catalog'),
    ...(env.FILES === undefined ? {} : { FILES: countedFetcher(env.FILES) }),
  }
}

function countedNamespace<T extends Rpc.DurableObjectBranded>(
  namespace: DurableObjectNamespace<T>,
  what: 'shard' | 'volume',
): DurableObjectNamespace<T> {
  const counted = (stub: DurableObjectStub<T>) =>
    new Proxy(stub, {
      get(target, name) {
        const method = Reflect.get(target, name) as unknown
        if (typeof method !== 'function') return method
        return (...args: unknown[]) => {
          counts[what] += 1
          // A method of an RPC stub is itself a stub: it is called on the stub, and takes no `call`.
          return (target as unknown as Record<PropertyKey, (...given: unknown[]) => unknown>)[name]!(...args)
        }
      },
    })
  return { getByName: (name: string) => counted(namespace.getByName(name)) } as DurableObjectNamespace<T>
}

function countedDatabase(database: D1Database, what: 'control' | 'catalog'): D1Database {
  const real = new WeakMap<D1PreparedStatement, D1PreparedStatement>()
  const counted = (statement: D1PreparedStatement): D1PreparedStatement => {
    const proxy = new Proxy(statement, {
      get(target, name) {
        const method = Reflect.get(target, name) as (...args: unknown[]) => unknown
        if (name === 'bind') return (...args: unknown[]) => counted(target.bind(...args))
        return (...args: unknown[]) => {
          counts[what] += 1
          return method.apply(target, args)
        }
      },
    })
    real.set(proxy, statement)
    return proxy
  }
  return {
    prepare: (sql: string) => counted(database.prepare(sql)),
    batch: (statements: D1PreparedStatement[]) => {
      counts[what] += statements.length
      return database.batch(statements.map((statement) => real.get(statement) ?? statement))
    },
  } as D1Database
}

function countedFetcher(fetcher: Fetcher): Fetcher {
  const counted = (input: RequestInfo | URL, init?: RequestInit) => {
    const { method, headers, url } = new Request(input, init?.body === undefined ? init : { ...init, body: null })
    const range = headers.get('range')?.replace('bytes=', '')
    counts.files.push(`${method}${range === undefined ? '' : ` ${range}`} of ${url.split('/').at(-1)}`)
    return fetcher.fetch(input, init)
  }
  return { fetch: counted } as unknown as Fetcher
}
