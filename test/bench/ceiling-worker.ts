// The bare Worker: the least work that each kind of request could need on the same workerd, with no S3 around it.
// Started by the same code and with the same bindings as the real one, so its classes bear the same names.
import { DurableObject, WorkerEntrypoint } from 'cloudflare:workers'
import { createHash } from 'node:crypto'

interface CeilingEnv {
  KEY_SHARD: DurableObjectNamespace<KeyShard>
  CATALOG_0: D1Database
  FILES: Fetcher
}

const pieceBytes = 1024 * 1024
const listedRows = 1000

/** Rows of 4 KiB with their bytes. */
export class KeyShard extends DurableObject<CeilingEnv> {
  constructor(context: DurableObjectState, env: CeilingEnv) {
    super(context, env)
    const table = 'CREATE TABLE IF NOT EXISTS bare (key TEXT PRIMARY KEY, etag TEXT, bytes BLOB) WITHOUT ROWID'
    context.storage.sql.exec(table)
  }

  put(key: string, etag: string, bytes: ArrayBuffer): void {
    this.ctx.storage.sql.exec('INSERT OR REPLACE INTO bare VALUES (?, ?, ?)', key, etag, bytes)
  }

  get(key: string): { etag: string; bytes: ArrayBuffer } {
    const rows = this.ctx.storage.sql.exec<{ etag: string; bytes: ArrayBuffer }>(
      'SELECT etag, bytes FROM bare WHERE key = ?',
      key,
    )
    return rows.one()
  }

  head(key: string): { etag: string; size: number } {
    const rows = this.ctx.storage.sql.exec<{ etag: string; size: number }>(
      'SELECT etag, length(bytes) AS size FROM bare WHERE key = ?',
      key,
    )
    return rows.one()
  }

  remove(key: string): void {
    this.ctx.storage.sql.exec('DELETE FROM bare WHERE key = ?', key)
  }
}

// Bound by whoever starts us, and not used.
export class Volume extends DurableObject<CeilingEnv> {}
export class SelectNode extends DurableObject<CeilingEnv> {}

export default class Ceiling extends WorkerEntrypoint<CeilingEnv> {
  override async fetch(request: Request): Promise<Response> {
    const [, route = '', name = ''] = new URL(request.url).pathname.split('/')
    const shard = this.env.KEY_SHARD.getByName('bare')
    switch (`${request.method} ${route}`) {
      case 'GET static':
        return new Response('hello')
      case 'GET row': {
        const { etag, bytes } = await shard.get(name)
        return new Response(bytes, { headers: { etag } })
      }
      case 'HEAD row': {
        const { etag, size } = await shard.head(name)
        return new Response(null, { headers: { etag, 'content-length': String(size) } })
      }
      case 'PUT row':
        return this.#put(name, await request.arrayBuffer())
      case 'DELETE row':
        await shard.remove(name)
        await this.env.CATALOG_0.prepare('DELETE FROM bare WHERE key = ?').bind(name).run()
        return new Response(null, { status: 204 })
      case 'GET page':
        return this.#page()
      case 'PUT file':
        return this.#putFile(request, name)
      case 'GET file':
        return this.env.FILES.fetch(fileUrl(name), { headers: rangeOf(request) })
      case 'PUT init':
        return this.#initialise()
      default:
        // `/-/ready` is how whoever starts us sees that we run.
        return Response.json({ ready: true })
    }
  }

  /** One write to a Durable Object, then one upsert to D1. */
  async #put(key: string, bytes: ArrayBuffer): Promise<Response> {
    const etag = createHash('md5').update(new Uint8Array(bytes)).digest('hex')
    await this.env.KEY_SHARD.getByName('bare').put(key, etag, bytes)
    const upsert = 'INSERT OR REPLACE INTO bare VALUES (?, ?, ?, ?)'
    await this.env.CATALOG_0.prepare(upsert).bind(key, etag, bytes.byteLength, Date.now()).run()
    return new Response(null, { headers: { etag } })
  }

  /** One statement for a page, aggregated to one row: rows cost more than their bytes. */
  async #page(): Promise<Response> {
    const page = `SELECT json_group_array(json_array(key, etag, size, modified)) AS page
      FROM (SELECT * FROM bare WHERE key > 'page-' ORDER BY key LIMIT ${listedRows})`
    const found = await this.env.CATALOG_0.prepare(page).first<{ page: string }>()
    return new Response(found?.page ?? null)
  }

  /** Pieces of 1 MiB straight into the disk service, the next one read while the last is written, with their MD5. */
  async #putFile(request: Request, name: string): Promise<Response> {
    const { readable, writable } = new FixedLengthStream(Number(request.headers.get('content-length')))
    const sent = this.env.FILES.fetch(fileUrl(name), { method: 'PUT', body: readable })
    const hash = createHash('md5')
    const writer = writable.getWriter()
    const reader = request.body?.getReader({ mode: 'byob' })
    let writing = Promise.resolve()
    for (;;) {
      const read = await reader?.readAtLeast(pieceBytes, new Uint8Array(pieceBytes))
      const piece = read?.value
      if (piece === undefined || piece.byteLength === 0) break
      hash.update(piece)
      await writing
      writing = writer.write(piece)
      if (piece.byteLength < pieceBytes) break
    }
    await writing
    await writer.close()
    await (await sent).arrayBuffer()
    return new Response(null, { headers: { etag: hash.digest('hex') } })
  }

  async #initialise(): Promise<Response> {
    const table = 'CREATE TABLE bare (key TEXT PRIMARY KEY, etag TEXT, size INTEGER, modified INTEGER) WITHOUT ROWID'
    await this.env.CATALOG_0.prepare(table).run()
    const etag = 'd41d8cd98f00b204e9800998ecf8427e'
    const rows = `WITH RECURSIVE counter (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counter WHERE n < 9999)
      INSERT INTO bare SELECT printf('page-%03d/key-%04d', n / 100, n % 100), ?, 4096, ? FROM counter`
    await this.env.CATALOG_0.prepare(rows).bind(etag, Date.now()).run()
    return new Response(null)
  }
}

function fileUrl(name: string): string {
  return `https://disk/bare/${name}`
}

function rangeOf(request: Request): Record<string, string> {
  const range = request.headers.get('range')
  return range === null ? {} : { range }
}
