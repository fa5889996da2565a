// BZIP2, as bzip2(1) reads it: one stream after the other, and what follows the last and begins none is ignored.
import { S3Error } from '../../errors.ts'
import { Arena } from '../../kernels/select/arena.ts'
import { bzip2BlockBytesMax, bzip2SpareBytes, bzip2Status, bzip2WrongCrc } from '../../kernels/select/bzip2.ts'
import type { SelectKernels } from '../../kernels/select/kernels.ts'
import { wasmKernels } from '../../kernels/select/wasm-kernels.ts'
import { bzip2BudgetBytes, inflateChunkBytes, scanPieceBytes } from '../../limits.ts'
import type { Pieces } from './pieces.ts'

/**
 * The bytes of all streams. Throws InvalidCompressionFormat where there is none, TruncatedInput where one is damaged. The
 * kernels are its own while it runs: decoding needs 7 MiB.
 */
export async function* bunzip2(
  pieces: Pieces,
  kernels: SelectKernels = wasmKernels(),
): AsyncGenerator<Uint8Array, void> {
  const arena = new Arena(kernels.memory, kernels.heapBase(), bzip2BudgetBytes)
  const state = arena.allocate(kernels.bzip2StateBytes())
  const out = arena.allocate(inflateChunkBytes)
  const window = new InputWindow(pieces, arena)
  kernels.bzip2Start(state)
  let streams = 0
  let isInside = false
  for (;;) {
    const status = kernels.bzip2Read(state, window.from, window.bit, window.to)
    if (status === bzip2Status.more && (await window.extend())) continue
    switch (status) {
      case bzip2Status.begun:
        streams++
        isInside = true
        break
      case bzip2Status.block:
        yield* blockBytes(kernels, arena, { state, out })
        break
      case bzip2Status.ended:
        isInside = false
        break
      default:
        if (isInside) throw damaged('a BZIP2 stream is damaged or ends too early')
        if (streams > 0) return
        throw new S3Error('InvalidCompressionFormat', { reason: 'no BZIP2 stream begins there' })
    }
    window.consume(arena.u32[state / 4] ?? 0)
  }
}

function* blockBytes(
  kernels: SelectKernels,
  arena: Arena,
  { state, out }: { state: number; out: number },
): Generator<Uint8Array, void> {
  for (;;) {
    const length = kernels.bzip2Write(state, out, inflateChunkBytes)
    if (length === bzip2WrongCrc) throw damaged('the CRC of a BZIP2 block is another one')
    if (length === 0) return
    yield arena.u8.subarray(out, out + length)
  }
}

/** The compressed bytes not consumed yet, in kernel memory. */
class InputWindow {
  readonly #pieces: Pieces
  readonly #arena: Arena
  readonly #start: number
  readonly #end: number
  /** What of the last piece had no room. */
  #piece: Uint8Array = new Uint8Array()
  #from: number
  #bit = 0
  #to: number

  constructor(pieces: Pieces, arena: Arena) {
    const capacity = bzip2BlockBytesMax + scanPieceBytes
    this.#pieces = pieces
    this.#arena = arena
    this.#start = arena.allocate(capacity + bzip2SpareBytes)
    this.#end = this.#start + capacity
    this.#from = this.#start
    this.#to = this.#start
  }

  get from(): number {
    return this.#from
  }

  get bit(): number {
    return this.#bit
  }

  get to(): number {
    return this.#to
  }

  /** Takes in more bytes; false where there are none, or where there is more than a block could need. */
  async extend(): Promise<boolean> {
    if (this.#to - this.#from >= bzip2BlockBytesMax) return false
    if (this.#piece.length === 0) this.#piece = (await this.#pieces.next()) ?? this.#piece
    if (this.#piece.length === 0) return false
    if (this.#to + this.#piece.length > this.#end) this.#moveToStart()
    const taken = this.#piece.subarray(0, this.#end - this.#to)
    this.#arena.u8.set(taken, this.#to)
    this.#to += taken.length
    this.#piece = this.#piece.subarray(taken.length)
    return true
  }

  /** Goes past so many bits, counted from the byte at `from`. */
  consume(bits: number): void {
    this.#from += bits >>> 3
    this.#bit = bits & 7
  }

  #moveToStart(): void {
    this.#arena.u8.copyWithin(this.#start, this.#from, this.#to)
    this.#to -= this.#from - this.#start
    this.#from = this.#start
  }
}

function damaged(reason: string): S3Error {
  return new S3Error('TruncatedInput', { reason })
}
