// Groups found for records: by kernels where all keys are plain cells, else by the values of the keys.
import { S3Error } from '../../errors.ts'
import { groupTable } from '../../kernels/select/group.ts'
import type { Vector } from '../../kernels/select/cells.ts'
import { selectGroupsMax } from '../../limits.ts'
import type { Bound } from '../bind/bound.ts'
import type { Value } from '../value/value.ts'
import type { Cursor, Evaluate } from './cursor.ts'
import { groupsFirst } from './group-array.ts'
import { decodeKey, encodeKey } from './group-key.ts'
import type { List, Scratch } from './scratch.ts'

/** Room for keys, at once; a longer key gets its own. */
const heapBytes = 131_072
/** What a key's slow way through memory takes. */
const columnBytes = 16
const slotBytes = 24

export class GroupKeys {
  readonly #scratch: Scratch
  readonly #cursor: Cursor
  readonly #evaluates: Evaluate[]
  /** Of each key; null where one is no column. */
  readonly #columns: number[] | null
  readonly #table: number
  /** The keys' vectors, where the kernel finds them. */
  readonly #vectors: number
  readonly #entries: List[]
  /** Keys that were computed, as they first came. */
  readonly #computed = new Map<number, Value[]>()
  /** Where a computed key is laid out. */
  #keyAt = 0
  #keyRoom = 0
  /** Groups of the entries of a dictionary, of the number `memoFor`. */
  #memo = 0
  #memoRoom = 0
  #memoFor: number | null = null
  #slotCount = 2 * groupsFirst
  #keys: number

  constructor(keys: readonly Bound[], { scratch, cursor }: { scratch: Scratch; cursor: Cursor }) {
    this.#scratch = scratch
    this.#cursor = cursor
    this.#evaluates = keys.map((key) => cursor.compile(key))
    const columns = keys.flatMap((key) => (key.op === 'column' ? [key.column] : []))
    this.#columns = cursor.vectorised && columns.length === keys.length ? columns : null
    const { arena, kernels } = scratch
    this.#table = arena.allocate(groupTable.bytes)
    this.#vectors = arena.allocate(columnBytes * Math.max(keys.length, 1))
    this.#entries = keys.map(() => scratch.takeList())
    this.#keys = arena.allocate(4 * groupsFirst)
    const slots = arena.allocate(slotBytes * this.#slotCount)
    kernels.initGroups(this.#table, slots, this.#slotCount, this.#keys)
    arena.u32[(this.#table + groupTable.keyCount) / 4] = keys.length
    this.#setHeap(arena.allocate(heapBytes), heapBytes)
  }

  get count(): number {
    return this.#scratch.u32(this.#table + groupTable.groupCount)
  }

  /** Writes the group of each row to `groups`; new groups come in the order of rows. */
  find(rows: List, count: number, { groups, vector }: { groups: List; vector: (column: number) => Vector }): void {
    if (this.#columns === null || !this.#describe(this.#columns, rows, count, vector)) {
      for (let position = 0; position < count; position++) this.#findByValue(rows, position, groups)
      return
    }
    const { kernels } = this.#scratch
    const memo = this.#columns.length === 1 ? this.#memoOf(vector(this.#columns[0] ?? 0)) : null
    let from = 0
    while (from < count) {
      const next =
        memo === null
          ? kernels.groupRows(this.#table, this.#vectors, rows, count, from, groups)
          : kernels.groupEntries(this.#table, this.#vectors, memo, rows, count, from, groups)
      if (next < count) this.#findByValue(rows, next, groups)
      from = next + 1
    }
  }

  /** Tells the kernel where the keys' cells are; false when they are no cells. */
  #describe(columns: readonly number[], rows: List, count: number, vectorOf: (column: number) => Vector): boolean {
    const { kernels, arena } = this.#scratch
    for (const [i, column] of columns.entries()) {
      const vector = vectorOf(column)
      const cells = vector.type === 'dictionary' ? vector.entries : vector
      const isWhole = cells.type === 'int64' && cells.scale === 0
      if (cells.type !== 'cells' && !isWhole) return false
      let entries = 0
      if (vector.type === 'dictionary') {
        entries = this.#entries[i] ?? 0
        kernels.entriesOfRows(vector.indices, vector.kinds, rows, count, entries)
      }
      const [starts, ends] = cells.type === 'cells' ? [cells.starts, cells.ends] : [cells.values, 0]
      arena.u32.set([starts, ends, cells.kinds, entries], (this.#vectors + columnBytes * i) / 4)
    }
    return true
  }

  /** Where the groups of a dictionary's entries are kept; null for other vectors. */
  #memoOf(vector: Vector): number | null {
    if (vector.type !== 'dictionary') return null
    if (this.#memoFor === vector.id) return this.#memo
    const { arena } = this.#scratch
    const words = vector.entryCount + 1
    if (words > this.#memoRoom) {
      this.#memoRoom = 2 * words
      this.#memo = arena.allocate(4 * this.#memoRoom)
    }
    arena.u32.fill(0, this.#memo / 4, this.#memo / 4 + words)
    this.#memoFor = vector.id
    return this.#memo
  }

  #findByValue(rows: List, position: number, groups: List): void {
    this.#cursor.row = this.#scratch.u32(rows + 4 * position)
    const values = this.#evaluates.map((evaluate) => evaluate())
    this.#scratch.arena.u32[groups / 4 + position] = this.groupOf(values)
  }

  /** The group of a key, which may be new. */
  groupOf(values: Value[]): number {
    const key = encodeKey(values)
    const { kernels, arena } = this.#scratch
    const before = this.count
    if (this.#keyRoom < key.length) this.#keyBuffer(key.length)
    arena.u8.set(key, this.#keyAt)
    for (;;) {
      const group = kernels.groupOfKey(this.#table, this.#keyAt, key.length)
      if (group >= 0) {
        if (group === before) this.#computed.set(group, values)
        return group
      }
      this.#grow(key.length)
    }
  }

  #keyBuffer(bytes: number): void {
    this.#keyRoom = 2 * bytes + 64
    this.#keyAt = this.#scratch.arena.allocate(this.#keyRoom)
  }

  /** Throws what the keys of the record at the cursor throw. */
  probe(): void {
    encodeKey(this.#evaluates.map((evaluate) => evaluate()))
  }

  /** The values of a group's key. */
  keyOf(group: number): Value[] {
    const computed = this.#computed.get(group)
    if (computed !== undefined) return computed
    const address = this.#scratch.u32(this.#keys + 4 * group)
    return decodeKey(this.#scratch.arena.u8, address, this.#evaluates.length)
  }

  /** Makes room for more groups, or for keys. */
  #grow(keyBytes: number): void {
    const { arena, kernels } = this.#scratch
    const groups = this.count
    if (groups < this.#slotCount / 2) {
      const bytes = Math.max(heapBytes, keyBytes + 8)
      this.#setHeap(arena.allocate(bytes), bytes)
      return
    }
    if (groups >= selectGroupsMax) {
      throw new S3Error('UnsupportedSqlOperation', {
        message: `A query may have at most ${selectGroupsMax} groups or different rows.`,
      })
    }
    this.#slotCount *= 4
    const keys = arena.allocate(2 * this.#slotCount)
    arena.u32.copyWithin(keys / 4, this.#keys / 4, this.#keys / 4 + groups)
    this.#keys = keys
    kernels.growGroups(this.#table, arena.allocate(slotBytes * this.#slotCount), this.#slotCount, keys)
  }

  #setHeap(address: number, bytes: number): void {
    const { u32 } = this.#scratch.arena
    u32[(this.#table + groupTable.heapNext) / 4] = address
    u32[(this.#table + groupTable.heapEnd) / 4] = address + bytes
  }
}
