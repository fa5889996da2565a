/**
 * Predicates over numbers. wasm/number.ts; reference/number.ts does the same in TypeScript. What rows, hits and unsettled are:
 * see predicate.ts.
 *
 * A cell is read as a number when it is an optional sign and at most 18 digits with at most one point among them, and what
 * the digits make, without the point, is below 10^15: such numbers and their nearest doubles are in the same order, none falling
 * together, so comparing doubles compares the numbers exactly, when the constants are of the same kind. Any other number is unsettled.
 */
export interface NumberKernels {
  /**
   * Cells whose number lies between two bounds: `flags` are those of `boundFlag` and `numberFlag`. Cells that are no text and no
   * number are dropped, or unsettled where `oddKinds` says so.
   */
  selectNumbers(
    starts: number,
    ends: number,
    kinds: number,
    rows: number,
    count: number,
    low: number,
    high: number,
    flags: number,
    oddKinds: number,
    hits: number,
    unsettled: number,
  ): number
  /** Cells whose number is among `listCount` ascending f64 at `list`. */
  selectNumbersIn(
    starts: number,
    ends: number,
    kinds: number,
    rows: number,
    count: number,
    list: number,
    listCount: number,
    flags: number,
    oddKinds: number,
    hits: number,
    unsettled: number,
  ): number
  /** i64 between the two i64 at `bounds`, both inclusive; outside, when `negated` is 1. Kinds null and missing are dropped. */
  selectIntegers(
    values: number,
    kinds: number,
    rows: number,
    count: number,
    bounds: number,
    negated: number,
    hits: number,
  ): number
  /** i64 among `listCount` ascending i64 at `list`. */
  selectIntegersIn(
    values: number,
    kinds: number,
    rows: number,
    count: number,
    list: number,
    listCount: number,
    negated: number,
    hits: number,
  ): number
  /** f64 between two bounds, by `boundFlag`; NaN is neither inside nor outside. */
  selectFloats(
    values: number,
    kinds: number,
    rows: number,
    count: number,
    low: number,
    high: number,
    flags: number,
    hits: number,
  ): number
}

/** Beside those of `boundFlag`: the cell is cast, so that text that is no number, and with `wholeOnly` any point, is unsettled, not dropped. */
export const numberFlag = { cast: 32, wholeOnly: 64 } as const
