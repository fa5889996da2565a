// Cells, lists and texts laid out in kernel memory for tests.
import { Arena } from '../../../src/kernels/select/arena.ts'
import type { CellVector, Selection } from '../../../src/kernels/select/cells.ts'
import { cellKind } from '../../../src/kernels/select/cells.ts'
import type { SelectKernels } from '../../../src/kernels/select/kernels.ts'

export interface TestCell {
  kind: keyof typeof cellKind
  text: string
}

export interface Bench {
  kernels: SelectKernels
  arena: Arena
}

export const benchOf = (kernels: SelectKernels): Bench => ({
  kernels,
  arena: new Arena(kernels.memory, kernels.heapBase(), 64 * 1024 * 1024),
})

/** A small seeded generator (mulberry32): whole numbers below `limit`. */
export function randomOf(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
}

const encoder = new TextEncoder()

/** Text somewhere in memory, `offset` bytes off a boundary, with hostile bytes around it. */
export function putText({ arena }: Bench, text: string | Uint8Array, offset = 0): { at: number; length: number } {
  const bytes = typeof text === 'string' ? encoder.encode(text) : text
  const base = arena.allocate(bytes.length + offset + 64)
  arena.u8.fill(0x37, base, base + bytes.length + offset + 64)
  arena.u8.set(bytes, base + offset)
  return { at: base + offset, length: bytes.length }
}

/** The cells one after the other without a gap, as they lie in a record. */
export function putCells(bench: Bench, cells: readonly TestCell[], offset = 0): CellVector {
  const encoded = cells.map(({ text }) => encoder.encode(text))
  const total = encoded.reduce((sum, bytes) => sum + bytes.length, 0)
  const { arena } = bench
  const data = arena.allocate(total + offset + 64)
  const starts = arena.allocate(4 * cells.length + 64)
  const ends = arena.allocate(4 * cells.length + 64)
  const kinds = arena.allocate(cells.length + 64)
  arena.u8.fill(0x38, data, data + total + offset + 64)
  let at = data + offset
  for (const [i, bytes] of encoded.entries()) {
    arena.u8.set(bytes, at)
    arena.u32[starts / 4 + i] = at
    arena.u32[ends / 4 + i] = at + bytes.length
    arena.u8[kinds + i] = cellKind[cells[i]!.kind]
    at += bytes.length
  }
  return { type: 'cells', starts, ends, kinds }
}

export function putRows({ arena }: Bench, rows: readonly number[]): Selection {
  const pointer = arena.allocate(4 * rows.length + 8)
  arena.u32.set(rows, pointer / 4)
  return { pointer, count: rows.length }
}

export const rowsAt = ({ arena }: Bench, pointer: number, count: number): number[] => [
  ...arena.u32.subarray(pointer / 4, pointer / 4 + count),
]

/** Room for the lists of a predicate over `count` rows, and their reading. */
export function lists(bench: Bench, count: number) {
  const hits = bench.arena.allocate(4 * count + 8)
  const unsettled = bench.arena.allocate(4 * count + 12)
  return {
    hits,
    unsettled,
    read: (found: number) => ({
      hits: rowsAt(bench, hits, found),
      unsettled: rowsAt(bench, unsettled + 4, bench.arena.u32[unsettled / 4] ?? 0),
    }),
  }
}

/** The pattern's segments in memory, as `selectLike` wants them. */
export function putPattern(bench: Bench, pattern: string): number {
  const parts = pattern.split('%')
  const segments = parts.filter((part) => part !== '')
  const at = bench.arena.allocate(8 + 16 * segments.length)
  const flags = parts.length === 1 ? 0 : (parts[0] === '' ? 1 : 0) | (parts.at(-1) === '' ? 2 : 0)
  const header = [segments.length, flags]
  for (const segment of segments) {
    const bytes = encoder.encode(segment).map((byte) => (byte === 0x5f ? 0xff : byte))
    const { at: text, length } = putText(bench, bytes)
    header.push(text, length, Array.from(segment).length, segment.includes('_') ? 1 : 0)
  }
  bench.arena.u32.set(header, at / 4)
  return at
}
