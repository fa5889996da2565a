// An object of the store as the engine of S3 Select reads it: in ranges, all of one version.
import { assert } from '../../assert.ts'
import { S3Error } from '../../errors.ts'
import { absenceError } from '../outcomes.ts'
import { settleVersion } from '../settle-version.ts'
import type { ByteRange, RangeSpec } from '../../http/range.ts'
import type { ObjectSource } from '../../select/batch.ts'
import type { ObjectVersion } from '../../shard/rpc.ts'
import type { Bucket } from '../../store/buckets.ts'
import type { OpenOutcome } from '../../store/store.ts'
import type { Context } from '../operation.ts'

export interface NamedObject {
  key: string
  /** Null: the current version. */
  versionId: string | null
}

type Found = Extract<OpenOutcome, { outcome: 'found' }>

/**
 * Opens an object for reading, once it is settled that it may be read. Throws the errors of GetObject, and
 * UnsupportedStorageClass. With `ahead`, all of its bytes are asked for at once: for a scan from the first to the last.
 */
export async function openObject(
  object: NamedObject,
  context: Context,
  { ahead }: { ahead: boolean },
): Promise<StoredObject> {
  const found = await open(context, context.bucket, { ...object, range: null, body: ahead })
  try {
    await settleVersion(found, context)
    if (found.outcome !== 'found') throw await absence(found, context, object)
    checkStorageClass(found.version)
  } catch (error) {
    if (found.outcome === 'found') await discard(found.body)
    throw error
  }
  return new StoredObject(context, object, found)
}

/** No range and no part was asked for. */
async function absence(found: Exclude<OpenOutcome, Found>, context: Context, object: NamedObject): Promise<S3Error> {
  if (found.outcome === 'range-unsatisfiable' || found.outcome === 'part-out-of-range') {
    throw new Error(`The store answered ${found.outcome} to a read of a whole object`)
  }
  return absenceError(found, context, { ...object, method: 'POST' })
}

/** Storage classes that AWS cannot query. */
const unsupportedClasses = new Set(['GLACIER', 'DEEP_ARCHIVE', 'REDUCED_REDUNDANCY'])

function checkStorageClass({ storageClass }: ObjectVersion): void {
  if (unsupportedClasses.has(storageClass)) throw new S3Error('UnsupportedStorageClass')
}

/** Its reads fail when the object was replaced since it was opened, so that an answer never mixes two versions. */
export class StoredObject implements ObjectSource {
  readonly size: number
  private readonly context: Context
  private readonly bucket: Bucket
  private readonly key: string
  /** Names the same version still when more is read; an unversioned bucket has none to name. */
  private readonly versionId: string | null
  private readonly version: ObjectVersion
  /** The whole body, until the first read. */
  private whole: Found['body']

  constructor(context: Context, { key, versionId }: NamedObject, { version, body }: Found) {
    this.context = context
    this.bucket = context.bucket
    this.key = key
    this.versionId = context.bucket.versioning === 'unversioned' ? versionId : version.versionId
    this.version = version
    this.size = version.size
    this.whole = body
  }

  /** Bytes of the version that was opened. Throws SlowDown where it is not there any more. */
  async read(offset: number, length: number): Promise<ReadableStream<Uint8Array>> {
    const { whole } = this
    this.whole = null
    if (whole !== null && offset === 0 && length === this.size) return streamOf(whole)
    await discard(whole)
    // No range has no bytes.
    if (length === 0) return streamOf(new Uint8Array())
    const found = await open(this.context, this.bucket, {
      key: this.key,
      versionId: this.versionId,
      range: { offset, length },
      body: true,
    })
    if (found.outcome === 'found' && this.isSame(found.version) && found.body !== null) return streamOf(found.body)
    if (found.outcome === 'found') await discard(found.body)
    throw new S3Error('SlowDown', { reason: 'The object was replaced while it was queried' })
  }

  /** Gives up the bytes that were asked for ahead and never read. */
  async close(): Promise<void> {
    const { whole } = this
    this.whole = null
    await discard(whole)
  }

  private isSame({ etag, modified }: ObjectVersion): boolean {
    return etag === this.version.etag && modified === this.version.modified
  }
}

function open(
  { store }: Context,
  bucket: Bucket,
  { key, versionId, range, body }: NamedObject & { range: ByteRange | null; body: boolean },
): Promise<OpenOutcome> {
  const spec: RangeSpec | null =
    range === null ? null : { kind: 'from-to', start: range.offset, end: range.offset + range.length - 1 }
  return store.open(bucket, { key, versionId, range: spec, ifRange: null, partNumber: null, body })
}

/** Inline bytes as a stream that can be read into a buffer of the reader's. */
function streamOf(body: Uint8Array | ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  if (body instanceof ReadableStream) return body
  const stream = new Response(body).body
  assert(stream !== null, 'A response made of bytes has a body')
  return stream
}

async function discard(body: Found['body']): Promise<void> {
  if (body instanceof ReadableStream) await body.cancel().catch(() => undefined)
}
