import type { KernelMemory } from '../arena.ts'
import { cellKind } from '../cells.ts'
import type { ParquetKernels } from '../parquet.ts'
import { parquetValuesReference } from './parquet-values.ts'

/** A run of the hybrid encoding, as it lies in its state. */
class Hybrid {
  readonly #view: DataView
  readonly #state: number

  constructor(memory: KernelMemory, state: number) {
    this.#view = new DataView(memory.buffer)
    this.#state = state
  }

  get(word: number): number {
    return this.#view.getUint32(this.#state + word * 4, true)
  }

  set(word: number, value: number): void {
    this.#view.setUint32(this.#state + word * 4, value, true)
  }

  /** Reads the header of the next run. False when the input ends. */
  nextRun(): boolean {
    let at = this.get(0)
    const end = this.get(1)
    const width = this.get(2)
    let header = 0
    for (let shift = 0; ; shift += 7) {
      if (at >= end || shift > 28) return false
      const byte = this.#view.getUint8(at)
      at += 1
      header = (header | ((byte & 127) << shift)) >>> 0
      if (byte < 128) break
    }
    const count = header >>> 1
    if (header % 2 === 1) {
      const isWhole = count * width <= end - at
      const values = isWhole ? count * 8 : Math.floor(((end - at) * 8) / width)
      this.set(3, Math.min(values, 0xffffffff))
      this.set(5, 0)
      this.set(6, 1)
    } else {
      const bytes = Math.ceil(width / 8)
      if (end - at < bytes) return false
      let value = 0
      for (let i = 0; i < bytes; i += 1) value += this.#view.getUint8(at + i) * 256 ** i
      this.set(3, count)
      this.set(4, value % 2 ** width)
      this.set(6, 0)
      at += bytes
    }
    this.set(0, at)
    return true
  }

  /** Takes up to `count` values, giving each to `use`. */
  take(count: number, use: (value: number, index: number) => void): number {
    let taken = 0
    while (taken < count) {
      if (this.get(3) === 0) {
        if (!this.nextRun()) break
        continue
      }
      use(this.get(6) === 0 ? this.get(4) : this.#packed(), taken)
      this.#passOne()
      taken += 1
    }
    return taken
  }

  #packed(): number {
    const first = this.get(0) * 8 + this.get(5)
    let value = 0
    for (let bit = 0; bit < this.get(2); bit += 1) {
      const at = first + bit
      value += ((this.#view.getUint8(Math.floor(at / 8)) >> (at % 8)) & 1) * 2 ** bit
    }
    return value
  }

  #passOne(): void {
    const left = this.get(3) - 1
    this.set(3, left)
    if (this.get(6) === 0) return
    const bits = this.get(5) + this.get(2)
    const pastEnd = left === 0 && bits % 8 !== 0 ? 1 : 0
    this.set(0, Math.min(this.get(0) + Math.floor(bits / 8) + pastEnd, this.get(1)))
    this.set(5, bits % 8)
  }
}

export function parquetReference(memory: KernelMemory): ParquetKernels {
  const bytes = () => new Uint8Array(memory.buffer)
  const view = () => new DataView(memory.buffer)

  function spread(values: number, kinds: number, facts: { count: number; present: number; width: number }): void {
    const { count, present, width } = facts
    let from = present
    for (let index = count - 1; index >= 0 && from > 0; index -= 1) {
      if (bytes()[kinds + index] === cellKind.null) continue
      from -= 1
      bytes().copyWithin(values + index * width, values + from * width, values + (from + 1) * width)
    }
  }

  function gather(
    indices: number,
    kinds: number,
    facts: { count: number; table: number; out: number; width: number },
  ): void {
    const { count, table, out, width } = facts
    for (let index = 0; index < count; index += 1) {
      if (bytes()[kinds + index] === cellKind.null) continue
      const from = table + view().getUint32(indices + index * 4, true) * width
      bytes().copyWithin(out + index * width, from, from + width)
    }
  }

  return {
    ...parquetValuesReference(memory),
    hybridDecode(state, out, count) {
      return new Hybrid(memory, state).take(count, (value, index) => view().setUint32(out + index * 4, value, true))
    },
    hybridDecodeBytes(state, out, count) {
      return new Hybrid(memory, state).take(count, (value, index) => view().setUint8(out + index, value & 255))
    },
    hybridSkip(state, count) {
      return new Hybrid(memory, state).take(count, () => {})
    },
    hybridRepeats(state, value, count) {
      const hybrid = new Hybrid(memory, state)
      while (hybrid.get(3) === 0) if (!hybrid.nextRun()) return 0
      if (hybrid.get(6) !== 0 || hybrid.get(4) !== value || hybrid.get(3) < count) return 0
      hybrid.take(count, () => {})
      return 1
    },
    maxU32(values, count) {
      let most = 0
      for (let index = 0; index < count; index += 1) most = Math.max(most, view().getUint32(values + index * 4, true))
      return most
    },
    levelsToKinds(levels, count, top, present) {
      let found = 0
      for (let at = levels; at < levels + count; at += 1) {
        const hit = view().getUint8(at) === top
        if (hit) found += 1
        view().setUint8(at, hit ? present : cellKind.null)
      }
      return found
    },
    spread8: (values, kinds, count, present) => spread(values, kinds, { count, present, width: 1 }),
    spread32: (values, kinds, count, present) => spread(values, kinds, { count, present, width: 4 }),
    spread64: (values, kinds, count, present) => spread(values, kinds, { count, present, width: 8 }),
    gather32: (indices, kinds, count, table, out) => gather(indices, kinds, { count, table, out, width: 4 }),
    gather64: (indices, kinds, count, table, out) => gather(indices, kinds, { count, table, out, width: 8 }),
  }
}
