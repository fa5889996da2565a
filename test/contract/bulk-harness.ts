// Starts miniflare with the worker of bulk-worker.ts and speaks to it.
import { mkdir, mkdtemp, open, readFile, readdir, rm, truncate, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'
import { blockBytes } from '../../src/limits.ts'
import type { BulkStoreName, NewExtent, Segment } from '../../src/shard/rpc.ts'

export type WireSegment = Omit<Segment, 'crcs' | 'bytes'> & { crcs: string; bytes?: string }

export interface WriteOptions {
  size?: number | 'unknown'
  piece?: number
  abortAt?: number
}

export interface BulkHarness {
  readonly url: URL
  readonly store: BulkStoreName
  write(extent: string, bytes: Uint8Array, options?: WriteOptions): Promise<NewExtent>
  /** The raw answer of a write; a stream as body goes out without a length. */
  writeAnswer(extent: string, body: BodyInit, options: WriteOptions): Promise<Response>
  /** One segment straight from the store, or, with a total, through readSegments. */
  read(segments: Segment[], total?: number): Promise<Response>
  verify(extent: NewExtent): Promise<string>
  remove(extents: string[]): Promise<void>
  /** Changes the stored bytes behind the store's back: flips a bit at `offset`, cuts to `size`. */
  spoil(extent: string, change: { offset: number } | { size: number }): Promise<void>
  /** Rows of the Volume that `extent` lies in. */
  counts(extent: string): Promise<{ extents: number; pieces: number }>
  /** Bytes of memory that workerd holds; null where there is no /proc. */
  residentBytes(): Promise<number | null>
  /** Where a file of the `files` store lies. */
  file(extent: string): string
  dispose(): Promise<void>
}

export async function startBulk(store: BulkStoreName): Promise<BulkHarness> {
  const folder = await mkdtemp(path.join(tmpdir(), 'edgeshard-bulk-'))
  await mkdir(path.join(folder, 'files'))
  const bundle = await build({
    entryPoints: [path.join(import.meta.dirname, 'bulk-worker.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    external: ['cloudflare:*', 'node:*'],
  })
  const miniflare = new Miniflare({
    modules: true,
    script: bundle.outputFiles[0]?.text ?? '',
    compatibilityDate: '2026-08-03',
    compatibilityFlags: ['nodejs_compat'],
    durableObjects: { VOLUME: { className: 'TestVolume', useSQLite: true } },
    r2Buckets: ['BULK'],
    serviceBindings: { FILES: { disk: { path: path.join(folder, 'files'), writable: true } } },
    durableObjectsPersist: path.join(folder, 'volumes'),
    r2Persist: path.join(folder, 'r2'),
    unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
    handleRuntimeStdio: reportUnexpected,
  })
  await miniflare.ready
  const url = await miniflare.unsafeGetDirectURL()
  const file = (extent: string) => path.join(folder, 'files', extent.slice(0, 2), extent.slice(2, 4), extent)

  const post = async (what: string, body: unknown): Promise<Response> => {
    const response = await fetch(new URL(`/${store}/${what}`, url), { method: 'POST', body: JSON.stringify(body) })
    if (response.status >= 500) throw new Error(`${what}: ${await response.text()}`)
    return response
  }
  const writeAnswer = (extent: string, body: BodyInit, options: WriteOptions): Promise<Response> => {
    const query = new URLSearchParams({ extent, ...mapValues(options) })
    const init = { method: 'PUT', body, duplex: 'half' }
    return fetch(new URL(`/${store}/write?${query.toString()}`, url), init)
  }

  return {
    url,
    store,
    writeAnswer,
    file,
    async write(extent, bytes, options = {}) {
      const response = await writeAnswer(extent, bytes as Uint8Array<ArrayBuffer>, {
        size: bytes.byteLength,
        ...options,
      })
      if (!response.ok) throw new Error(`write: ${await response.text()}`)
      const written = await json<Omit<NewExtent, 'crcs'> & { crcs: string }>(response)
      return { ...written, crcs: Buffer.from(written.crcs, 'base64') }
    },
    read: (segments, total) =>
      post('read', {
        segments: segments.map(({ crcs, bytes, ...segment }) => ({
          ...segment,
          crcs: base64(crcs),
          ...(bytes === undefined ? {} : { bytes: base64(bytes) }),
        })),
        total: total ?? null,
      }),
    async verify({ extent, size, crcs }) {
      return json<string>(await post('verify', { extent, size, crcs: base64(crcs) }))
    },
    async remove(extents) {
      await post(
        'remove',
        extents.map((extent) => ({ extent, size: null })),
      )
    },
    async spoil(extent, change) {
      if (store === 'files') await spoilFile(file(extent), change)
      else await post('spoil', { extent, ...change })
    },
    async counts(extent) {
      const response = await fetch(new URL(`/${store}/counts?extent=${extent}`, url))
      return json<{ extents: number; pieces: number }>(response)
    },
    residentBytes,
    async dispose() {
      await miniflare.dispose()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Part of an extent, as a manifest would give it. */
export function segmentOf({ store, extent, size, crcs }: NewExtent, offset = 0, length = size - offset): Segment {
  const first = Math.floor(offset / blockBytes)
  const end = length === 0 ? first : Math.ceil((offset + length) / blockBytes)
  return { store, extent, offset, length, extentSize: size, crcs: crcs.slice(first * 4, end * 4) }
}

/** Bytes without a pattern, the same for the same seed. */
export function randomBytes(size: number, seed: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(size / 4))
  let state = seed * 2654435761 + 1
  for (let at = 0; at < words.length; at++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    words[at] = state
  }
  return new Uint8Array(words.buffer, 0, size)
}

/** Makes a file look as if it was written a while ago: only then is its verification remembered. */
export async function age(file: string, seconds: number): Promise<void> {
  const then = Math.floor(Date.now() / 1000) - seconds
  await utimes(file, then, then)
}

/** Broken downloads are what the suite makes on purpose, and workerd tells of each. */
function reportUnexpected(stdout: Readable, stderr: Readable): void {
  for (const lines of [stdout, stderr].map((input) => createInterface({ input }))) {
    lines.on('line', (line) => {
      if (!/DamagedExtent|does not contain the CF-R2-Error header/.test(line)) process.stderr.write(`${line}\n`)
    })
  }
}

async function spoilFile(file: string, change: { offset: number } | { size: number }): Promise<void> {
  if ('size' in change) {
    await truncate(file, change.size)
    return
  }
  await using handle = await open(file, 'r+')
  const byte = new Uint8Array(1)
  await handle.read(byte, 0, 1, change.offset)
  await handle.write(
    byte.map((value) => value ^ 1),
    0,
    1,
    change.offset,
  )
}

async function residentBytes(): Promise<number | null> {
  if (process.platform !== 'linux') return null
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
    const isOurs = new RegExp(`^PPid:\\s*${process.pid}$`, 'm').test(status) && /^Name:\s*workerd/m.test(status)
    const kilobytes = /^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1]
    if (isOurs && kilobytes !== undefined) return Number(kilobytes) * 1024
  }
  return null
}

async function json<T>(response: Response): Promise<T> {
  const parsed: unknown = await response.json()
  return parsed as T
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

function mapValues(options: WriteOptions): Record<string, string> {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [name, String(value)]))
}
