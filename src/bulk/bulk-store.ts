// Where large bodies lie: three stores behind one interface, one contract suite run on each.
// An extent is written once under a random name, never changed, never listed. Leases and owners are not here: the
// KeyShard that reserved an extent keeps them (its home).
import type { StoredDigests } from './file-digests.ts'
import type { ChecksumAlgorithm } from '../kernels/checksum.ts'
import type { Digest } from '../kernels/digest.ts'
import type { BulkStoreName, NewExtent, Segment } from '../shard/rpc.ts'

export interface ExtentWriter {
  /** Appends a piece; awaits back-pressure. The piece may be used again once this resolves. */
  write(piece: Uint8Array): Promise<void>
  /** Everything is where the store promises it to be: facts and block checksums of the whole extent. */
  close(): Promise<NewExtent>
  /** Gives up; whatever was written is removed or left to the lease. Never throws. */
  abort(): Promise<void>
}

/** A segment whose first bytes are verified and ready; exactly one of its methods is called. */
export interface OpenRun {
  /** The bytes as a stream that breaks when a later block is damaged. */
  stream(): ReadableStream<Uint8Array>
  /** Writes the bytes and leaves the stream open; rejects, with the stream still open, when a block is damaged. */
  pumpTo(writable: WritableStream<Uint8Array>): Promise<void>
  /** Stops reading. Never throws. */
  cancel(): Promise<void>
}

export interface BulkStore {
  readonly name: BulkStoreName
  /** The largest extent; a longer body becomes several. */
  readonly extentBytesMax: number
  /** False when `create` must be told the size (R2). */
  readonly acceptsUnknownSize: boolean
  /** `size` null: not known beforehand, at most `extentBytesMax`. */
  create(extent: string, size: number | null): Promise<ExtentWriter>
  /** For a body that is about to be written, where the store has digests computed beside the Worker. `create` makes the Worker's own. */
  startDigests?(create: (algorithm: ChecksumAlgorithm) => Digest): StoredDigests | null
  /**
   * The bytes of a segment, each touched block verified against its CRC32 before it is handed out.
   * Throws DamagedExtent when the first block fails or the extent is missing or short; a later failure breaks the run.
   */
  open(segment: Segment): Promise<OpenRun>
  /** `open` as a stream. */
  read(segment: Segment): Promise<ReadableStream<Uint8Array>>
  /**
   * Where a removed extent is gone for a read that has not come to it: whether there is such a read. The read has told by
   * `willRead`, and says by what it is given whenever it goes on to the next of them, and when it has ended.
   */
  isWanted?(extent: string): boolean
  willRead?(extents: string[]): { goesOn(): void; end(): void }
  /** Removes extents; removing one that is not there is fine. `size` tells how many rows there are to look for. */
  remove(extents: { extent: string; size: number | null }[]): Promise<void>
  /** Reads a whole extent against its checksums: for the scrubber. `crcs` are those of all blocks. */
  verify(extent: { extent: string; size: number; crcs: Uint8Array }): Promise<'intact' | 'damaged' | 'missing'>
}

/** A block did not match its checksum, or the extent is shorter than it should be. */
export class DamagedExtent extends Error {
  readonly extent: string
  readonly offset: number

  constructor(extent: string, offset: number) {
    super(`Extent ${extent} is damaged at byte ${offset}`)
    this.name = 'DamagedExtent'
    this.extent = extent
    this.offset = offset
  }
}
