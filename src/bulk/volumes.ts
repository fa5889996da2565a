/**
 * Extents as rows of Durable Objects, where neither a disk nor R2 is bound: each extent lies in one Volume, and the extents
 * of one body in many. The Volume compares blocks with their checksums before it sends them, so that here they pass
 * untouched.
 *
 * Survives a power cut: everything `close` has acknowledged. Deployed, the object's answer waits until its rows are
 * replicated; under workerd they lie in SQLite with `synchronous=FULL`, an fsync with each commit.
 */
import { assert } from '../assert.ts'
import { readPieceBytes, volumeExtentBytesMax, volumesCount } from '../limits.ts'
import type { Segment } from '../shard/rpc.ts'
import type { Volume } from '../shard/volume.ts'
import { isWellFormed, touchedBlocks } from './blocks.ts'
import { DamagedExtent } from './bulk-store.ts'
import type { BulkStore, ExtentWriter, OpenRun } from './bulk-store.ts'
import { bytesStream, discard, nativeRun } from './streams.ts'
import { streamedWriter } from './streamed-writer.ts'

/** A run up to here comes back in one RPC message; a longer one as a stream, which costs a call three times as long. */
const messageBytesMax = 4 * readPieceBytes
/** Names in one call of `remove`. */
const removalNamesMax = 1000

export class VolumesStore implements BulkStore {
  readonly name = 'volumes'
  readonly extentBytesMax = volumeExtentBytesMax
  readonly acceptsUnknownSize = true
  readonly #volumes: DurableObjectNamespace<Volume>

  constructor(volumes: DurableObjectNamespace<Volume>) {
    this.#volumes = volumes
  }

  async create(extent: string, size: number | null): Promise<ExtentWriter> {
    const volume = this.#volume(extent)
    const send = async (body: ReadableStream<Uint8Array>): Promise<void> => {
      const response = await volume.fetch(extentUrl(extent), { method: 'PUT', body })
      await discard(response.body)
      if (!response.ok) throw new Error(`The Volume answered ${response.status} to extent ${extent}`)
    }
    const remove = () => this.remove([{ extent, size }])
    return Promise.resolve(
      streamedWriter({ store: 'volumes', extent, size, sizeMax: this.extentBytesMax, send, remove }),
    )
  }

  async read(segment: Segment): Promise<ReadableStream<Uint8Array>> {
    return (await this.open(segment)).stream()
  }

  async open(segment: Segment): Promise<OpenRun> {
    const { extent, offset, length, extentSize } = segment
    if (length === 0) return nativeRun(bytesStream(new Uint8Array()))
    if (!isWellFormed(segment)) throw new DamagedExtent(extent, offset)
    // A view would be sent with all of the buffer under it.
    const crcs = segment.crcs.slice()
    if (touchedBlocks(segment, extentSize).length <= messageBytesMax) {
      const answer = await this.#volume(extent).readRun({ extent, offset, length, extentSize, crcs })
      if (answer.outcome === 'damaged') throw new DamagedExtent(extent, answer.offset)
      return nativeRun(bytesStream(answer.bytes))
    }
    const query = `?offset=${offset}&length=${length}&size=${extentSize}`
    const response = await this.#volume(extent).fetch(extentUrl(extent) + query, { method: 'POST', body: crcs })
    if (response.status === 410) throw new DamagedExtent(extent, Number(await response.text()))
    if (response.ok && response.body !== null) return nativeRun(response.body)
    await discard(response.body)
    throw new Error(`The Volume answered ${response.status} to a read of extent ${extent}`)
  }

  async remove(extents: { extent: string; size: number | null }[]): Promise<void> {
    const byVolume = Map.groupBy(extents, ({ extent }) => volumeName(extent))
    for (const [volume, members] of byVolume) {
      const names = members.map(({ extent }) => extent)
      for (let start = 0; start < names.length; start += removalNamesMax) {
        await this.#volumes.getByName(volume).remove(names.slice(start, start + removalNamesMax))
      }
    }
  }

  async verify(extent: { extent: string; size: number; crcs: Uint8Array }): Promise<'intact' | 'damaged' | 'missing'> {
    const { extent: name, size } = extent
    return await this.#volume(name).verify({ extent: name, size, crcs: extent.crcs.slice() })
  }

  #volume(extent: string): DurableObjectStub<Volume> {
    return this.#volumes.getByName(volumeName(extent))
  }
}

/** FNV-1a over the name, which is random. Where an extent is found depends on it: never changes. */
export function volumeName(extent: string): string {
  let hash = 0x811c9dc5
  for (let at = 0; at < extent.length; at++) hash = Math.imul(hash ^ extent.charCodeAt(at), 0x01000193)
  return `volume-${(hash >>> 0) % volumesCount}`
}

function extentUrl(extent: string): string {
  assert(/^[\w-]+$/.test(extent), 'An extent is named by letters, digits, hyphens and underscores')
  return `https://volume/${extent}`
}
