/**
 * Extents as immutable R2 objects, where a bucket is bound.
 *
 * An R2 put is atomic: the object appears whole when the body has ended, and not at all when it breaks off
 * (https://developers.cloudflare.com/r2/reference/consistency/). R2 must know the length of a body: an extent of known
 * size is streamed, one of unknown size goes up as a multipart upload of buffered parts. An upload that nobody
 * completed is removed by R2 itself after seven days.
 *
 * Survives a power cut: what `close` has acknowledged is as durable as R2, which stores it redundantly before it answers.
 * Under miniflare it is a file without fsync, and a power cut can lose the last seconds.
 */
import { assert } from '../assert.ts'
import { r2ExtentBytesMax, r2PartBytes } from '../limits.ts'
import type { NewExtent, Segment } from '../shard/rpc.ts'
import { BlockChecksums, isWellFormed, touchedBlocks } from './blocks.ts'
import { DamagedExtent } from './bulk-store.ts'
import type { BulkStore, ExtentWriter, OpenRun } from './bulk-store.ts'
import { bytesStream, discard, nativeRun } from './streams.ts'
import { streamedWriter } from './streamed-writer.ts'
import { verifiedRun, verifyStream } from './verified-run.ts'

/** Keys of one R2 delete. https://developers.cloudflare.com/r2/api/workers/workers-api-reference/ */
const deleteKeysMax = 1000

export class R2Store implements BulkStore {
  readonly name = 'r2'
  readonly extentBytesMax = r2ExtentBytesMax
  readonly acceptsUnknownSize = true
  readonly #bucket: R2Bucket

  constructor(bucket: R2Bucket) {
    this.#bucket = bucket
  }

  async create(extent: string, size: number | null): Promise<ExtentWriter> {
    if (size === null) return new PartsWriter(this.#bucket, extent)
    const send = async (body: ReadableStream<Uint8Array>): Promise<void> => {
      await this.#bucket.put(objectKey(extent), body)
    }
    const remove = () => this.remove([{ extent, size }])
    return streamedWriter({ store: 'r2', extent, size, sizeMax: this.extentBytesMax, send, remove })
  }

  async read(segment: Segment): Promise<ReadableStream<Uint8Array>> {
    return (await this.open(segment)).stream()
  }

  async open(segment: Segment): Promise<OpenRun> {
    const { extent, extentSize } = segment
    if (segment.length === 0) return nativeRun(bytesStream(new Uint8Array()))
    if (!isWellFormed(segment)) throw new DamagedExtent(extent, segment.offset)
    const touched = touchedBlocks(segment, extentSize)
    const range = touched.length === extentSize ? {} : { range: { offset: touched.offset, length: touched.length } }
    const object = await this.#bucket.get(objectKey(extent), range).catch(async (error: unknown) => {
      // A range past the end is an error whose kind is only in its text: ask for the size instead.
      const head = await this.#bucket.head(objectKey(extent))
      if (head === null || head.size !== extentSize) return null
      throw error
    })
    if (object === null) throw new DamagedExtent(extent, segment.offset)
    if (object.size !== extentSize) {
      await discard(object.body)
      throw new DamagedExtent(extent, Math.min(object.size, segment.offset))
    }
    return verifiedRun(object, segment)
  }

  async remove(extents: { extent: string; size: number | null }[]): Promise<void> {
    for (let start = 0; start < extents.length; start += deleteKeysMax) {
      await this.#bucket.delete(extents.slice(start, start + deleteKeysMax).map(({ extent }) => objectKey(extent)))
    }
  }

  async verify(extent: { extent: string; size: number; crcs: Uint8Array }): Promise<'intact' | 'damaged' | 'missing'> {
    const { extent: name, size, crcs } = extent
    const object = await this.#bucket.get(objectKey(name))
    if (object === null) return 'missing'
    const segment = { extent: name, offset: 0, length: size, extentSize: size, crcs }
    if (object.size !== size || !isWellFormed(segment)) {
      await discard(object.body)
      return 'damaged'
    }
    if (size === 0) return 'intact'
    try {
      await verifyStream(object, segment)
      return 'intact'
    } catch (error) {
      if (!(error instanceof DamagedExtent)) throw error
      return 'damaged'
    }
  }
}

/** An extent of unknown size: one put when it ends within the first part, else a multipart upload of equal parts. */
class PartsWriter implements ExtentWriter {
  readonly #bucket: R2Bucket
  readonly #extent: string
  readonly #checksums = new BlockChecksums()
  readonly #part = new Uint8Array(r2PartBytes)
  #partBytes = 0
  #upload: R2MultipartUpload | null = null
  readonly #uploaded: R2UploadedPart[] = []
  #ended = false

  constructor(bucket: R2Bucket, extent: string) {
    this.#bucket = bucket
    this.#extent = extent
  }

  async write(piece: Uint8Array): Promise<void> {
    assert(
      this.#checksums.size + piece.byteLength <= r2ExtentBytesMax,
      'A writer gets no more bytes than an extent holds',
    )
    this.#checksums.add(piece)
    let at = 0
    while (at < piece.byteLength) {
      // A full part leaves only when more follows: the last one may be short, and a single one needs no upload.
      if (this.#partBytes === r2PartBytes) await this.#sendPart()
      const taken = piece.subarray(at, at + r2PartBytes - this.#partBytes)
      this.#part.set(taken, this.#partBytes)
      this.#partBytes += taken.byteLength
      at += taken.byteLength
    }
  }

  async close(): Promise<NewExtent> {
    if (this.#upload === null) {
      await this.#bucket.put(objectKey(this.#extent), this.#part.subarray(0, this.#partBytes))
    } else {
      await this.#sendPart()
      await this.#upload.complete(this.#uploaded)
    }
    this.#ended = true
    return { store: 'r2', extent: this.#extent, size: this.#checksums.size, crcs: this.#checksums.finish() }
  }

  async abort(): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    await this.#upload?.abort().catch(() => undefined)
  }

  async #sendPart(): Promise<void> {
    this.#upload ??= await this.#bucket.createMultipartUpload(objectKey(this.#extent))
    const number = this.#uploaded.length + 1
    this.#uploaded.push(await this.#upload.uploadPart(number, this.#part.subarray(0, this.#partBytes)))
    this.#partBytes = 0
  }
}

function objectKey(extent: string): string {
  return `extents/${extent}`
}
