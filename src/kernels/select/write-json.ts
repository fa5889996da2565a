/**
 * Records as JSON text. wasm/write-json.ts; reference/write-json.ts does the same in TypeScript.
 *
 * Both write the records whose numbers stand at `rows`, one after the other, until all `count` are written or one cannot be, and
 * return how many were. They begin at the field `out` of the plan and leave there where they ended; `stop` says why.
 */
export interface WriteJsonKernels {
  /** Objects of the plan's columns. MISSING is left out. */
  jsonWriteColumns(plan: number, rows: number, count: number): number
  /**
   * Whole records of JSON from vectors of starts, ends and kinds: objects as they are but for white space, other values as `_1`
   * of an object, and MISSING as an empty object.
   */
  jsonWriteRecords(plan: number, starts: number, ends: number, kinds: number, rows: number, count: number): number
}

/** Byte offsets of a plan's u32 fields. */
export const jsonPlanFields = {
  out: 0,
  /** There is no room behind it. */
  limit: 4,
  /** Bytes of the record delimiter. */
  delimiter: 8,
  delimiterLength: 12,
  columns: 16,
  columnCount: 20,
  /** A record with its delimiter may have so many bytes. */
  recordMax: 24,
  /** Bits of `jsonPlanFlag`. */
  flags: 28,
  stop: 32,
} as const
export const jsonPlanBytes = 64

/** `escapesAreJson`: cells of the kind escaped have JSON's escapes. `omitsNull`: NULL is left out as MISSING is. */
export const jsonPlanFlag = { escapesAreJson: 1, omitsNull: 2 } as const

/**
 * `full`: the record may not fit. `other`: its values are for JavaScript to write. `encoding`: its text is no UTF-8.
 * `long`: it is longer than `recordMax`. `syntax`: it has strings that JSON does not allow.
 */
export const jsonStop = { none: 0, full: 1, other: 2, encoding: 3, long: 4, syntax: 5 } as const

/**
 * Byte offsets of a column's u32 fields. `name` has a comma, the name in quotes and a colon. `starts` and `ends` are those of cells, or of
 * a dictionary's entries with `indices` by record; `kinds` are by record.
 */
export const jsonColumnFields = {
  type: 0,
  name: 4,
  nameLength: 8,
  starts: 12,
  ends: 16,
  kinds: 20,
  indices: 24,
  /** Of the entries of a dictionary. */
  entryKinds: 28,
  /** int64: the values and the digits behind their point. */
  values: 32,
  scale: 36,
} as const
export const jsonColumnBytes = 64
export const jsonColumnType = { cells: 0, dictionary: 1, int64: 2 } as const
