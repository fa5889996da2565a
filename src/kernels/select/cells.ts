/**
 * How columns lie in the memory of the kernels, whichever format they came from. A vector is indexed by the record's
 * number in its batch; only the entries of records it was loaded for hold anything. Every address is a byte offset.
 */

/** What a cell holds; one byte each. */
export const cellKind = {
  /** UTF-8 text, as it lies between start and end. */
  text: 0,
  /** Text between start and end that still has its escapes (JSON) or its doubled or escaped quotes (CSV). */
  escaped: 1,
  /** A JSON number, as written. */
  number: 2,
  true: 3,
  false: 4,
  null: 5,
  missing: 6,
  /** A JSON object or array, as written. */
  nested: 7,
} as const

/** Text in place: `starts` and `ends` (exclusive) are arrays of u32 addresses, `kinds` one of u8. */
export interface CellVector {
  type: 'cells'
  starts: number
  ends: number
  kinds: number
}

/** Whole numbers scaled by a power of ten: value = entry / 10^scale. `kinds` is number or null or missing. */
export interface Int64Vector {
  type: 'int64'
  /** i64, little-endian. */
  values: number
  kinds: number
  scale: number
}

export interface Float64Vector {
  type: 'float64'
  values: number
  kinds: number
}

/** Entries chosen from a dictionary: a predicate is settled once for each entry. */
export interface DictionaryVector {
  type: 'dictionary'
  /** u32, into `entries`; undefined where `kinds` says null. */
  indices: number
  /** null, or anything else for an entry. */
  kinds: number
  entries: CellVector | Int64Vector | Float64Vector
  entryCount: number
  /** Another dictionary has another number, within one scan. */
  id: number
}

/** Values no kernel reads (timestamps, wide decimals, lists): only `Batch.value` gives them. */
export interface OpaqueVector {
  type: 'opaque'
}

export type Vector = CellVector | Int64Vector | Float64Vector | DictionaryVector | OpaqueVector

/** Record numbers of a batch, ascending: `count` u32 at `pointer`. */
export interface Selection {
  readonly pointer: number
  readonly count: number
}
