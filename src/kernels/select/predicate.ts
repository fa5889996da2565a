/**
 * Predicates over cells: which of the selected rows hold. wasm/predicate.ts and wasm/like.ts; reference/predicate.ts does the
 * same in TypeScript.
 *
 * Every one reads `count` row numbers at `rows` and appends those that hold to `hits`, which may be `rows` itself, and returns
 * how many. A cell that is not plain text is settled by its kind: when `oddKinds` has the bit `1 << kind` the row goes
 * to `unsettled`, to be decided by whoever called; otherwise it is dropped. At `unsettled` stands the number of rows, then the rows.
 * Lists have room for one entry more than they are given.
 */
export interface PredicateKernels {
  /** Writes `count` numbers, `from` and those after it. */
  selectRange(out: number, from: number, count: number): void
  /** The union of two ascending lists, ascending, to `out`; returns its length. */
  mergeSelections(first: number, firstCount: number, second: number, secondCount: number, out: number): number
  /** What of the first ascending list is not in the second, to `out`, which may be `first`; returns its length. */
  subtractSelection(first: number, firstCount: number, second: number, secondCount: number, out: number): number
  /** Rows whose kind is among `wanted` (bits `1 << kind`). */
  selectKinds(kinds: number, rows: number, count: number, wanted: number, hits: number): number
  /** Rows of one entry of a dictionary. Null and missing are dropped. */
  selectByEntry(indices: number, kinds: number, rows: number, count: number, entry: number, hits: number): number
  /** Rows by a table of one byte for each dictionary entry: 1 holds, 0 not, 2 is unsettled. Null and missing are dropped. */
  selectByTable(
    indices: number,
    kinds: number,
    rows: number,
    count: number,
    table: number,
    hits: number,
    unsettled: number,
  ): number
  /** Text equal to the `length` bytes at `text`; not equal, when `negated` is 1. */
  selectEqual(
    starts: number,
    ends: number,
    kinds: number,
    rows: number,
    count: number,
    text: number,
    length: number,
    negated: number,
    oddKinds: number,
    hits: number,
    unsettled: number,
  ): number
  /** Text between two bounds by the order of bytes; `flags` are those of `boundFlag`. */
  selectBetween(
    starts: number,
    ends: number,
    kinds: number,
    rows: number,
    count: number,
    low: number,
    lowLength: number,
    high: number,
    highLength: number,
    flags: number,
    oddKinds: number,
    hits: number,
    unsettled: number,
  ): number
  /** Bytes that a set of so many texts takes. */
  textSetBytes(count: number): number
  /** Builds a set at `set` of the texts whose addresses and lengths stand in pairs of u32 at `texts`. The texts must stay. */
  buildTextSet(texts: number, count: number, set: number): void
  /** Text that is in a set; that is not, when `negated` is 1. */
  selectInSet(
    starts: number,
    ends: number,
    kinds: number,
    rows: number,
    count: number,
    set: number,
    negated: number,
    oddKinds: number,
    hits: number,
    unsettled: number,
  ): number
  /**
   * Text that matches a pattern: at `pattern` two u32, the number of segments and the flags of `likeFlag`; then for each segment
   * its address, its bytes and its code points, and 1 when it has a wildcard: four u32. In a segment's bytes 0xff stands for any
   * one code point. Segments are what stands between percent signs.
   */
  selectLike(
    starts: number,
    ends: number,
    kinds: number,
    rows: number,
    count: number,
    pattern: number,
    negated: number,
    oddKinds: number,
    hits: number,
    unsettled: number,
  ): number
}

/** Of `selectBetween`, `selectNumbers` and `selectFloats`. */
export const boundFlag = { low: 1, lowExclusive: 2, high: 4, highExclusive: 8, negated: 16 } as const

/** Of `selectLike`: the pattern begins, ends with a percent sign. */
export const likeFlag = { openStart: 1, openEnd: 2 } as const
