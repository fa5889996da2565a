// A worker that exposes the bulk stores by HTTP, for the contract suite: `/{store}/{what}`.
import { DamagedExtent } from '../../src/bulk/bulk-store.ts'
import type { ExtentWriter } from '../../src/bulk/bulk-store.ts'
import { bulkStore } from '../../src/bulk/choose.ts'
import { readSegments } from '../../src/bulk/read-segments.ts'
import { volumeName } from '../../src/bulk/volumes.ts'
import type { Env } from '../../src/env.ts'
import type { BulkStoreName, Segment } from '../../src/shard/rpc.ts'
import { Volume } from '../../src/shard/volume.ts'
import type { WireSegment } from './bulk-harness.ts'

/** A Volume whose rows can be spoilt. */
export class TestVolume extends Volume {
  spoil(extent: string, { offset, size }: { offset?: number; size?: number }): void {
    const { sql } = this.ctx.storage
    const rows = sql
      .exec(
        `SELECT pieces.id AS id, bytes FROM pieces JOIN extents ON pieces.id >> 20 = extents.number
        WHERE extent = ? ORDER BY id`,
        extent,
      )
      .toArray()
    let start = 0
    for (const { id, bytes } of rows) {
      const piece = new Uint8Array(bytes as ArrayBuffer)
      const spoilt = spoiltBytes(piece, { offset: (offset ?? -1) - start, size: (size ?? Infinity) - start })
      sql.exec('UPDATE pieces SET bytes = ? WHERE id = ?', spoilt, id)
      start += piece.byteLength
    }
  }

  counts(): { extents: number; pieces: number } {
    const { sql } = this.ctx.storage
    const count = (table: string) => Number(sql.exec(`SELECT count(*) AS count FROM ${table}`).one().count)
    return { extents: count('extents'), pieces: count('pieces') }
  }
}

type TestEnv = Omit<Env, 'VOLUME'> & { VOLUME: DurableObjectNamespace<TestVolume>; BULK: R2Bucket }

export default {
  async fetch(request: Request, testEnv: TestEnv): Promise<Response> {
    const env = testEnv as unknown as Env
    const { pathname, searchParams } = new URL(request.url)
    const [, store, what = ''] = pathname.split('/')
    const name = store as BulkStoreName
    switch (what) {
      case 'write':
        return write(env, name, request, searchParams)
      case 'read':
        return read(env, name, await request.json())
      case 'verify': {
        const { crcs, ...extent } = await request.json<{ extent: string; size: number; crcs: string }>()
        return Response.json(await bulkStore(env, name).verify({ ...extent, crcs: Buffer.from(crcs, 'base64') }))
      }
      case 'remove':
        await bulkStore(env, name).remove(await request.json())
        return Response.json(null)
      case 'spoil':
        await spoil(testEnv, name, await request.json())
        return Response.json(null)
      case 'counts': {
        const extent = searchParams.get('extent') ?? ''
        return Response.json(await testEnv.VOLUME.getByName(volumeName(extent)).counts())
      }
      default:
        return new Response(null, { status: 404 })
    }
  },
}

/** `size`: announced bytes or `unknown`; `piece`: bytes of a write; `abortAt`: gives up after so many bytes. */
async function write(env: Env, name: BulkStoreName, request: Request, query: URLSearchParams): Promise<Response> {
  const size = query.get('size') === 'unknown' ? null : Number(query.get('size'))
  const pieceSize = Number(query.get('piece') ?? 2 ** 20)
  const abortAt = Number(query.get('abortAt') ?? Infinity)
  const reader = request.body?.getReader({ mode: 'byob' })
  if (reader === undefined) throw new Error('A write has a body')
  let writer: ExtentWriter | null = null
  try {
    writer = await bulkStore(env, name).create(query.get('extent') ?? '', size)
    let buffer = new ArrayBuffer(pieceSize)
    for (let written = 0; ;) {
      const { value, done } = await reader.readAtLeast(pieceSize, new Uint8Array(buffer))
      if (value !== undefined) {
        await writer.write(value)
        written += value.byteLength
        buffer = value.buffer
      }
      if (written >= abortAt) {
        await writer.abort()
        await drain(reader)
        return Response.json('aborted')
      }
      if (done) break
    }
    const { crcs, ...extent } = await writer.close()
    return Response.json({ ...extent, crcs: Buffer.from(crcs).toString('base64') })
  } catch (error) {
    await writer?.abort()
    await drain(reader)
    return new Response(String(error), { status: 500 })
  }
}

/** A client that is still sending would see a reset instead of the answer. */
async function drain(reader: ReadableStreamBYOBReader): Promise<void> {
  while (!(await reader.readAtLeast(1, new Uint8Array(2 ** 20))).done);
}

async function read(env: Env, name: BulkStoreName, wire: { segments: WireSegment[]; total: number | null }) {
  const segments = wire.segments.map(({ crcs, bytes, ...segment }): Segment => {
    const inline = bytes === undefined ? {} : { bytes: new Uint8Array(Buffer.from(bytes, 'base64')) }
    return { ...segment, crcs: Buffer.from(crcs, 'base64'), ...inline }
  })
  try {
    const [first] = segments
    if (wire.total !== null) return new Response(await readSegments(env, segments, wire.total))
    return first === undefined
      ? new Response(null, { status: 404 })
      : new Response(await bulkStore(env, name).read(first))
  } catch (error) {
    if (!(error instanceof DamagedExtent)) return new Response(String(error), { status: 500 })
    return new Response(error.message, { status: 410 })
  }
}

async function spoil(env: TestEnv, name: BulkStoreName, how: { extent: string; offset?: number; size?: number }) {
  const { extent, ...change } = how
  if (name === 'r2') {
    const object = await env.BULK.get(`extents/${extent}`)
    if (object === null) throw new Error('There is nothing to spoil')
    const bytes = new Uint8Array(await object.arrayBuffer())
    await env.BULK.put(`extents/${extent}`, spoiltBytes(bytes, { offset: -1, size: Infinity, ...change }))
    return
  }
  await env.VOLUME.getByName(volumeName(extent)).spoil(extent, change)
}

function spoiltBytes(bytes: Uint8Array, { offset, size }: { offset: number; size: number }): Uint8Array {
  const spoilt = bytes.slice(0, Math.max(0, Math.min(bytes.byteLength, size)))
  if (offset >= 0 && offset < spoilt.byteLength) spoilt[offset] = (spoilt[offset] ?? 0) ^ 1
  return spoilt
}
