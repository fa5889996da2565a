// Copies against shards written by hand: which bytes are read for a checksum, and when.
import { describe, expect, it } from 'vitest'
import { parseReadConditions } from '../../src/http/conditional.ts'
import { copyAttemptsMax, singleWriteBytesMax } from '../../src/limits.ts'
import { copyVerdict } from '../../src/shard/copy-facts.ts'
import { copyObject, copyPart } from '../../src/store/copy.ts'
import { Shards } from '../../src/store/shards.ts'
import { bucketOf, modified, uploadOf, versionOf } from '../support/operation-call.ts'
import type { Env } from '../../src/env.ts'
import type * as rpc from '../../src/shard/rpc.ts'
import type { StoreParts } from '../../src/store/shards.ts'
import type { CopyTerms, OpenOutcome } from '../../src/store/store.ts'

const hello = new TextEncoder().encode('hello')
const sha256 = { algorithm: 'SHA256', type: 'FULL_OBJECT', value: 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=' }
const content: rpc.CopyContent = { kind: 'inline', bytes: hello }

const terms: CopyTerms = {
  conditions: null,
  headers: null,
  extraHeaders: {},
  tags: null,
  basis: null,
  mayCopyTags: true,
  storageClass: null,
  checksumAlgorithm: null,
  owner: '2',
  sizeMax: singleWriteBytesMax,
}

/** One shard of one source: `version` for the copy, `opened` for whoever reads the bytes. */
function shardOf(version: rpc.ObjectVersion, opened: () => OpenOutcome = () => found(hello, version)) {
  const written: rpc.ObjectFacts[] = []
  const parts: rpc.PartFacts[] = []
  let reads = 0
  const result = { outcome: 'written', versionId: 'null', etag: 'abc', size: 5, modified, checksum: null } as const
  const shard = {
    copyWithin(command: rpc.CopyWithinCommand): Promise<rpc.CopyOutcome> {
      const verdict = copyVerdict(version, command.terms)
      if (verdict.outcome !== 'copy') return Promise.resolve({ outcome: 'refused', source: version, refusal: verdict })
      written.push(verdict.object)
      return Promise.resolve({ outcome: 'copied', source: version, result })
    },
    exportObject: () => Promise.resolve<rpc.ExportOutcome>({ outcome: 'found', version, content }),
    adoptCopy(command: rpc.CopyCommand): Promise<rpc.PutOutcome> {
      written.push(command.object)
      return Promise.resolve(result)
    },
    reserve: (): Promise<rpc.ReserveOutcome> =>
      Promise.resolve({ outcome: 'reserved', extents: [], upload: uploadOf({ checksumAlgorithm: 'SHA256' }) }),
    putPart(command: rpc.PutPartCommand): Promise<rpc.PutPartOutcome> {
      parts.push(command.part)
      return Promise.resolve({ outcome: 'written', modified })
    },
  }
  const env = { KEY_SHARD: { getByName: () => shard } } as unknown as Env
  const stores = { env, shards: new Shards(env) } as StoreParts
  const objects = {
    open() {
      reads++
      return Promise.resolve(opened())
    },
  }
  return { stores, objects, written, parts, reads: () => reads }
}

function found(body: Uint8Array | ReadableStream<Uint8Array>, version = versionOf({ size: 5 })): OpenOutcome {
  return { outcome: 'found', version, range: null, part: null, body }
}

/** A stream in two pieces, of which a test needs only workerd's readAtLeast(). */
function byteStream(): ReadableStream<Uint8Array> {
  const pieces = [hello.slice(0, 2), hello.slice(2)]
  const readAtLeast = () => {
    const value = pieces.shift()
    return Promise.resolve({ value, done: value === undefined })
  }
  return { getReader: () => ({ readAtLeast }) } as unknown as ReadableStream<Uint8Array>
}

const target = bucketOf({ bucketId: 'one', shards: 1 })
const elsewhere = bucketOf({ bucketId: 'two', shards: 1 })

describe.each([
  ['within a shard', target],
  ['between shards', elsewhere],
])('copyObject() %s', (_, bucket) => {
  const source = versionOf({ size: 5 })
  const copy = ({ stores, objects }: ReturnType<typeof shardOf>, changes: Partial<CopyTerms> = {}) =>
    copyObject(
      stores,
      objects,
      { bucket: target, key: 'to' },
      { source: { bucket, key: 'from', versionId: null }, terms: { ...terms, ...changes }, conditions: null },
    )

  it('reads nothing where the source has the checksum', async () => {
    const shard = shardOf(source)
    expect(await copy(shard, { checksumAlgorithm: 'CRC32' })).toMatchObject({ outcome: 'copied' })
    expect(shard.written).toMatchObject([{ checksum: source.checksum, owner: '2' }])
    expect(shard.reads()).toBe(0)
  })

  it.each([
    ['inline', () => found(hello)],
    ['streamed', () => found(byteStream())],
  ])('computes another checksum from the bytes, %s', async (_how, opened) => {
    const shard = shardOf(source, opened)
    expect(await copy(shard, { checksumAlgorithm: 'SHA256' })).toMatchObject({ outcome: 'copied' })
    expect(shard.written).toMatchObject([{ checksum: sha256 }])
  })

  it('reads nothing when a condition fails', async () => {
    const shard = shardOf(source)
    const conditions = parseReadConditions(new Headers({ 'if-match': '"x"' }))
    const outcome = await copy(shard, { checksumAlgorithm: 'SHA256', conditions })
    expect(outcome).toMatchObject({ outcome: 'refused', refusal: { outcome: 'precondition-failed' } })
    expect([shard.reads(), shard.written]).toEqual([0, []])
  })

  it('gives up when the source changes each time', async () => {
    const shard = shardOf(source, () => found(hello, versionOf({ etag: crypto.randomUUID() })))
    const outcome = await copy(shard, { checksumAlgorithm: 'SHA256' })
    expect(outcome).toMatchObject({ outcome: 'refused', refusal: { outcome: 'checksum-needed' } })
    expect(shard.reads()).toBe(copyAttemptsMax - 1)
  })

  it('finds the source missing when it goes before it is read', async () => {
    const shard = shardOf(source, () => ({ outcome: 'missing' }))
    const outcome = await copy(shard, { checksumAlgorithm: 'SHA256' })
    expect(outcome).toEqual({ outcome: 'source', source: { outcome: 'missing' } })
  })
})

describe('copyPart() between shards', () => {
  const part = { key: 'to', uploadId: 'u', partNumber: 3 }
  const copy = (
    { stores, objects }: ReturnType<typeof shardOf>,
    range: { offset: number; length: number } | null,
    changes: Partial<CopyTerms> = {},
  ) =>
    copyPart(
      stores,
      objects,
      { bucket: target, part },
      { source: { bucket: elsewhere, key: 'from', versionId: null }, range, terms: { ...terms, ...changes } },
    )

  it('computes the checksum the upload is for', async () => {
    const shard = shardOf(versionOf({ size: 5 }))
    expect(await copy(shard, null)).toMatchObject({ outcome: 'copied', part: { partNumber: 3, etag: 'abc', modified } })
    expect(shard.parts).toMatchObject([{ size: 5, checksum: sha256 }])
  })

  it('takes a range of a source over 5 GiB, but not all of it', async () => {
    const shard = shardOf(versionOf({ size: 6 * 1024 ** 3 }))
    expect(await copy(shard, { offset: 0, length: 1024 })).toMatchObject({ outcome: 'copied', part: { size: 1024 } })
    expect(await copy(shard, null)).toMatchObject({ outcome: 'refused', refusal: { outcome: 'too-large' } })
  })
})
