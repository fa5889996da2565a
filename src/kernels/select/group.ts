/**
 * A hash table of groups in memory. wasm/group.ts; reference/group.ts does the same in TypeScript. Groups are numbered as they first appear.
 *
 * A group's key is, for each of its `keyCount` parts, a u32 tag (of `groupTag`), the u32 length of its bytes, and the bytes.
 * Numbers are plain: no plus, no leading zeros, no trailing zeros after a point, at most 18 digits. Every other number, and
 * whatever else needs a look, is left to the caller, which finds or adds the group by `groupOfKey`.
 */
export interface GroupKernels {
  /** An empty table: `slots` has 24 bytes for each of `slotCount` (a power of two), `keys` for one u32 a group. */
  initGroups(table: number, slots: number, slotCount: number, keys: number): void
  /** Moves to larger slots, and to a larger list of keys, which already holds what the old one did. */
  growGroups(table: number, slots: number, slotCount: number, keys: number): void
  /**
   * Finds or adds the group of each row from position `from` on, and writes it to the i-th u32 at `groups`. `columns` are, for each
   * part, four u32: starts, ends, kinds (of cells; or values, 0, kinds of whole numbers), and 0 or the address of what to read instead of `rows`, one for each position (0xffffffff
   * is NULL). Returns `count`, or the position it leaves to the caller: its key is not plain, or the table has no room for it.
   */
  groupRows(table: number, columns: number, rows: number, count: number, from: number, groups: number): number
  /**
   * As groupRows for one part with a list of what to read, which are entries of a dictionary. `memo` has a u32 for NULL and for each entry: the group's number plus one,
   * or 0 while it is not known.
   */
  groupEntries(
    table: number,
    columns: number,
    memo: number,
    rows: number,
    count: number,
    from: number,
    groups: number,
  ): number
  /** The group whose key is the `length` bytes at `key`; -1 when the table has no room for it. */
  groupOfKey(table: number, key: number, length: number): number
  /** Copies u32 to a list for the rows of a dictionary's vector: `out[i] = indices[rows[i]]`, 0xffffffff where it is null. */
  entriesOfRows(indices: number, kinds: number, rows: number, count: number, out: number): void
  /**
   * The same without the nulls: the entries, their groups (unless `groups` is 0) and their positions go to three lists of `count` at most.
   * Returns how many there are.
   */
  presentEntries(
    indices: number,
    kinds: number,
    rows: number,
    count: number,
    groups: number,
    entriesOut: number,
    groupsOut: number,
    positionsOut: number,
  ): number
}

/** u32 fields of a table. `heapNext` to `heapEnd` is room for keys, set by the caller. `groupsMax` is how many fit. */
export const groupTable = {
  mask: 0,
  groupCount: 4,
  groupsMax: 8,
  slots: 12,
  keys: 16,
  heapNext: 20,
  heapEnd: 24,
  keyCount: 28,
  bytes: 32,
} as const

/** NULL and MISSING are one key; what is kept is the first that came. `other`: the caller's own text. */
export const groupTag = { text: 1, number: 2, true: 3, false: 4, null: 5, missing: 6, other: 7 } as const
