// Reading and writing kernel memory, and the row lists every predicate takes. Little-endian, as WebAssembly is.
import type { KernelMemory } from '../arena.ts'

export class Words {
  readonly #memory: KernelMemory

  constructor(memory: KernelMemory) {
    this.#memory = memory
  }

  get #view(): DataView {
    return new DataView(this.#memory.buffer)
  }

  u8(address: number): number {
    return this.#view.getUint8(address)
  }

  u32(address: number): number {
    return this.#view.getUint32(address, true)
  }

  i64(address: number): bigint {
    return this.#view.getBigInt64(address, true)
  }

  f64(address: number): number {
    return this.#view.getFloat64(address, true)
  }

  setU8(address: number, value: number): void {
    this.#view.setUint8(address, value)
  }

  setU32(address: number, value: number): void {
    this.#view.setUint32(address, value, true)
  }

  setI64(address: number, value: bigint): void {
    this.#view.setBigInt64(address, value, true)
  }

  setF64(address: number, value: number): void {
    this.#view.setFloat64(address, value, true)
  }

  bytes(start: number, end: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, start, end - start)
  }

  /** One character for each byte: their order is the bytes' order. */
  latin1(start: number, end: number): string {
    return this.bytes(start, end).reduce((text, byte) => text + String.fromCharCode(byte), '')
  }

  rows(address: number, count: number): number[] {
    return Array.from({ length: count }, (_, i) => this.u32(address + 4 * i))
  }

  setRows(address: number, rows: readonly number[]): number {
    for (const [i, row] of rows.entries()) this.setU32(address + 4 * i, row)
    return rows.length
  }
}

export type Verdict = 'hit' | 'miss' | 'unsettled'

/** The text of a cell and what else tells of it. */
export interface CellAt {
  start: number
  end: number
  kind: number
  text: string
}

/** Judges the selected cells one by one; writes hits and unsettled rows. */
export function judgeCells(
  words: Words,
  columns: { starts: number; ends: number; kinds: number },
  lists: { rows: number; count: number; hits: number; unsettled: number },
  judge: (cell: CellAt) => Verdict,
): number {
  const hits: number[] = []
  const unsettled: number[] = []
  for (const row of words.rows(lists.rows, lists.count)) {
    const [start, end] = [words.u32(columns.starts + 4 * row), words.u32(columns.ends + 4 * row)]
    const kind = words.u8(columns.kinds + row)
    const verdict = judge({ start, end, kind, text: kind <= 2 ? words.latin1(start, end) : '' })
    if (verdict === 'hit') hits.push(row)
    if (verdict === 'unsettled') unsettled.push(row)
  }
  words.setU32(lists.unsettled, unsettled.length)
  words.setRows(lists.unsettled + 4, unsettled)
  return words.setRows(lists.hits, hits)
}

/** A kind no kernel reads: unsettled where the caller wants it, else dropped. */
export function oddVerdict(kind: number, oddKinds: number): Verdict {
  return (oddKinds >> kind) & 1 ? 'unsettled' : 'miss'
}
