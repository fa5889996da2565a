// The literal a CSV scan looks for before it splits records into fields. No I/O, no clock.
import { csvLiteral } from '../../kernels/select/csv.ts'
import type { Hint } from '../batch.ts'

const literalBytesMax = 64
/** Bytes looked at before the share of candidates says anything, and the largest share that is worth it. */
const searchedBytesMin = 1 << 15
const candidateShareMax = 0.1

const blank = 32

/** Bytes from the commonest to rarer ones in text files of records; all others are rarer still. */
const common = ',0123 e4a56789ton.i-r:"slhdcum_pfgT/ySwbCvAkMIPBRDENLFOHUGW=&'

function commonness(byte: number): number {
  const rank = common.indexOf(String.fromCharCode(byte))
  return rank < 0 ? 0 : common.length - rank
}

/**
 * Numbers of the two bytes of a literal that tell it best: the rarest one, and the rarest of the other words, because bytes of
 * one word come together; the same twice where it has but one.
 */
export function rarestBytes(literal: Uint8Array): [number, number] {
  const order = [...literal.keys()].sort((one, other) => {
    return commonness(literal[one] ?? 0) - commonness(literal[other] ?? 0) || one - other
  })
  const first = order[0] ?? 0
  const word = (index: number) => literal.subarray(0, index).filter((byte) => byte === blank).length
  const elsewhere = order.find((index) => literal[index] !== blank && word(index) !== word(first))
  return [first, elsewhere ?? order[1] ?? first]
}

/** The hint to go by: the longest literal. Null: none. */
export function chooseLiteral(hints: readonly Hint[]): Uint8Array | null {
  let longest: Uint8Array | null = null
  for (const hint of hints) {
    if (hint.hint === 'literal' && hint.bytes.length > (longest?.length ?? 0)) longest = hint.bytes
  }
  // The start of a literal is in every record that holds the literal.
  return longest?.slice(0, literalBytesMax) ?? null
}

export const literalRegionBytes = csvLiteral.bytes + literalBytesMax

/** Writes a literal where `csvCandidates` takes it from. */
export function writeLiteral(memory: Uint8Array, address: number, literal: Uint8Array): void {
  const view = new DataView(memory.buffer)
  const [one, other] = rarestBytes(literal)
  view.setUint32(address + csvLiteral.length, literal.length, true)
  view.setUint32(address + csvLiteral.one, one, true)
  view.setUint32(address + csvLiteral.other, other, true)
  memory.set(literal, address + csvLiteral.bytes)
}

/** Watches whether looking for the literal first pays: not where much of the file is candidates. */
export class CandidateShare {
  #searchedBytes = 0
  #candidateBytes = 0

  add(searchedBytes: number, candidateBytes: number): void {
    this.#searchedBytes += searchedBytes
    this.#candidateBytes += candidateBytes
  }

  get pays(): boolean {
    return this.#searchedBytes < searchedBytesMin || this.#candidateBytes <= this.#searchedBytes * candidateShareMax
  }
}
