// An object of the store as the engine of S3 Select reads it: in ranges, all of one version.
import { assert } from '../../assert.ts'
import { S3Error } from '../../errors.ts'
import { basisHolds, type Basis } from '../../iam/basis.ts'
import { objectArn } from '../../iam/permission.ts'
import { absenceError } from '../outcomes.ts'
import { settleVersion } from '../settle-version.ts'
import type { ByteRange, RangeSpec } from '../../http/range.ts'
import type { ObjectSource } from '../../select/batch.ts'
import type { ObjectVersion } from '../../shard/rpc.ts'
import type { Bucket } from '../../store/buckets.ts'
import type { OpenOutcome, Store } from '../../store/store.ts'
import type { Context } from '../operation.ts'

export interface NamedObject {
  bucket: Bucket
  key: string
  /** Null: the current version. */
  versionId: string | null
  /** All of its bytes are asked for at once: for a scan from the first to the last. */
  ahead: boolean
}

type Found = Extract<OpenOutcome, { outcome: 'found' }>

/**
 * Opens the object a request addresses, once it is settled that it may be read. Throws the errors of GetObject, and
 * UnsupportedStorageClass.
 */
export async function openAddressed(object: NamedObject, context: Context): Promise<StoredObject> {
  const outcome = await open(context.store, object, { range: null, body: object.ahead })
  try {
    await settleVersion(outcome, context)
    return new StoredObject(context.store, object, await readable(outcome, object, context))
  } catch (error) {
    await discard(outcome)
    throw error
  }
}

/** Opens any other object, be it in another bucket, that the requester may read; throws as `openAddressed`. */
export async function openOther(object: NamedObject, context: Context): Promise<StoredObject> {
  const { bucket, key } = object
  // The version in the query, if there is one, is another object's.
  const conditions = { 's3:versionid': [] }
  const permissions = [{ action: 's3:GetObject', resource: objectArn(bucket.name, key), conditions }]
  let outcome = await openJudged(object, context, await context.judge(bucket, permissions))
  outcome ??= await openJudged(object, context, await context.judge(bucket, permissions, 'again'))
  if (outcome === null) throw new S3Error('SlowDown', { reason: 'The object was replaced each time it was judged' })
  try {
    return new StoredObject(context.store, object, await readable(outcome, object, context))
  } catch (error) {
    await discard(outcome)
    throw error
  }
}

/** Null where what is there is not what was judged. */
async function openJudged(object: NamedObject, { store }: Context, basis: Basis): Promise<OpenOutcome | null> {
  const outcome = await open(store, object, { range: null, body: object.ahead })
  if (outcome.outcome !== 'found' || basisHolds(basis, outcome.version)) return outcome
  await discard(outcome)
  return null
}

/** Storage classes that AWS cannot query. */
const unsupportedClasses = new Set(['GLACIER', 'DEEP_ARCHIVE', 'REDUCED_REDUNDANCY'])

async function readable(outcome: OpenOutcome, { bucket, ...wanted }: NamedObject, context: Context): Promise<Found> {
  switch (outcome.outcome) {
    case 'found':
      if (unsupportedClasses.has(outcome.version.storageClass)) throw new S3Error('UnsupportedStorageClass')
      return outcome
    case 'missing':
    case 'no-such-version':
    case 'delete-marker':
      throw await absenceError(outcome, { ...context, bucket }, { ...wanted, method: 'POST' })
    case 'range-unsatisfiable':
    case 'part-out-of-range':
  }
  throw new Error(`The store answered ${outcome.outcome} to a read of a whole object`)
}

/** One version of an object that may be read, as plain data: where another isolate reads it too. */
export interface PinnedObject {
  object: Omit<NamedObject, 'ahead'>
  version: ObjectVersion
}

/** The same version as another isolate opened. */
export function openPinned(store: Store, { object, version }: PinnedObject): StoredObject {
  const found: Found = { outcome: 'found', version, range: null, part: null, body: null }
  return new StoredObject(store, { ...object, ahead: false }, found)
}

/** Its reads fail when the object was replaced since it was opened, so that an answer never mixes two versions. */
export class StoredObject implements ObjectSource {
  readonly size: number
  private readonly store: Store
  private readonly object: NamedObject
  private readonly version: ObjectVersion
  /** The whole body, until the first read. */
  private ahead: Found | null

  constructor(store: Store, object: NamedObject, found: Found) {
    const { version } = found
    this.store = store
    this.version = version
    this.size = version.size
    this.ahead = found.body === null ? null : found
    // A version id names the same version still when more is read; an unversioned bucket has none to name.
    this.object = object.bucket.versioning === 'unversioned' ? object : { ...object, versionId: version.versionId }
  }

  get pinned(): PinnedObject {
    const { bucket, key, versionId } = this.object
    // Reading needs none of its configurations.
    return { object: { bucket: { ...bucket, configs: {} }, key, versionId }, version: this.version }
  }

  /** Bytes of the version that was opened. Throws SlowDown where it is not there any more. */
  async read(offset: number, length: number): Promise<ReadableStream<Uint8Array>> {
    const { ahead } = this
    this.ahead = null
    if (ahead !== null && offset === 0 && length === this.size) return bodyOf(ahead)
    if (ahead !== null) await discard(ahead)
    // No range has no bytes.
    if (length === 0) return streamOf(new Uint8Array())
    const outcome = await open(this.store, this.object, { range: { offset, length }, body: true })
    if (outcome.outcome === 'found' && this.isSame(outcome.version)) return bodyOf(outcome)
    await discard(outcome)
    throw new S3Error('SlowDown', { reason: 'The object was replaced while it was queried' })
  }

  /** Gives up the bytes that were asked for ahead and never read. */
  async close(): Promise<void> {
    const { ahead } = this
    this.ahead = null
    if (ahead !== null) await discard(ahead)
  }

  private isSame({ etag, modified }: ObjectVersion): boolean {
    return etag === this.version.etag && modified === this.version.modified
  }
}

function open(
  store: Store,
  { bucket, key, versionId }: NamedObject,
  { range, body }: { range: ByteRange | null; body: boolean },
): Promise<OpenOutcome> {
  const spec: RangeSpec | null =
    range === null ? null : { kind: 'from-to', start: range.offset, end: range.offset + range.length - 1 }
  return store.open(bucket, { key, versionId, range: spec, ifRange: null, partNumber: null, body })
}

function bodyOf({ body }: Found): ReadableStream<Uint8Array> {
  assert(body !== null, 'A read that asks for bytes has them')
  return body instanceof ReadableStream ? body : streamOf(body)
}

/** Bytes in memory as a stream that can be read into a buffer of the reader's. */
function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  const stream = new Response(bytes).body
  assert(stream !== null, 'A response made of bytes has a body')
  return stream
}

async function discard(outcome: OpenOutcome): Promise<void> {
  if (outcome.outcome === 'found' && outcome.body instanceof ReadableStream) {
    await outcome.body.cancel().catch(() => undefined)
  }
}
