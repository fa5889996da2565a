// Records that may hold a literal, found before anything else is known of them.
import type { Arena } from '../../kernels/select/arena.ts'
import type { SelectKernels } from '../../kernels/select/kernels.ts'
import type { Hint } from '../batch.ts'

/** Shorter ones are in too many records. */
const literalBytesMin = 3
/** Above this share of candidates, and after so many bytes, reading every record is faster. */
const candidateShareMax = 0.1
const trialBytes = 256 * 1024
/** Windows in a row in which lines are no records. */
const failuresMax = 4
const givenUp = 0xffffffff

/** Bytes of JSON text from frequent to rare; those not here are rarer. */
const frequent = '" e,:atoinrs01l2d-u3c5m4p{}689h7gf.bykvw_TZ[]/SAx'

export class JsonLiteral {
  readonly #arena: Arena
  readonly #kernels: SelectKernels
  readonly #address: number
  readonly #length: number
  readonly #offsets: readonly [number, number]
  /** What stands behind the backslash of an escape that may hide a byte of the literal; 0 for anything. */
  readonly #follower: number
  /** Of the pairs the kernel writes. */
  readonly lines: number
  readonly #linesFor: number
  #isOn = true
  #failures = 0
  #read = 0
  #kept = 0

  constructor({ arena, kernels }: { arena: Arena; kernels: SelectKernels }, bytes: Uint8Array, windowBytes: number) {
    this.#arena = arena
    this.#kernels = kernels
    this.#length = bytes.length
    this.#offsets = rarest(bytes)
    this.#follower = bytes.every(isPlain) ? 0x75 : 0
    this.#address = arena.allocate(bytes.length)
    arena.u8.set(bytes, this.#address)
    this.#linesFor = windowBytes
    this.lines = arena.allocate((windowBytes / 64) * 8 + 64)
  }

  /** False for good once it does not pay. */
  get isOn(): boolean {
    return this.#isOn
  }

  /** How many of the lines between two addresses are candidates; null when they have to be read all. */
  candidates(from: number, to: number): number | null {
    if (to - from > this.#linesFor) return null
    const [first, second] = this.#offsets
    const { lines } = this
    const count =
      this.#kernels.jsonCandidates(from, to, this.#address, this.#length, first, second, this.#follower, lines) >>> 0
    if (count === givenUp) {
      this.fail()
      return null
    }
    this.#failures = 0
    this.#read += to - from
    const { u32 } = this.#arena
    for (let index = 0; index < count; index++) {
      this.#kept += (u32[(lines >> 2) + index * 2 + 1] ?? 0) - (u32[(lines >> 2) + index * 2] ?? 0)
    }
    if (this.#read > trialBytes && this.#kept > this.#read * candidateShareMax) this.#isOn = false
    return count
  }

  /** A window whose lines are no records, or too many of them candidates. */
  fail(): void {
    this.#failures++
    if (this.#failures === failuresMax) this.#isOn = false
  }
}

/** The longest literal that is worth looking for. */
export function literalOf(hints: readonly Hint[]): Uint8Array | null {
  let best: Uint8Array | null = null
  for (const hint of hints) {
    if (hint.hint !== 'literal' || hint.bytes.length < literalBytesMin) continue
    if (best === null || hint.bytes.length > best.length) best = hint.bytes
  }
  return best
}

/** Whether a byte has no other escape than that by its code: it is no quote, backslash, slash or control character. */
function isPlain(byte: number): boolean {
  return byte >= 0x20 && byte !== 0x22 && byte !== 0x5c && byte !== 0x2f
}

/** The offsets of the two rarest bytes. */
export function rarest(bytes: Uint8Array): [number, number] {
  const ranked = Array.from(bytes, (byte, offset) => {
    const rank = frequent.indexOf(String.fromCharCode(byte))
    return { offset, rank: rank < 0 ? frequent.length : rank }
  }).sort((one, other) => other.rank - one.rank)
  return [ranked[0]?.offset ?? 0, ranked[1]?.offset ?? 0]
}
