/**
 * Aggregates, for all records or for groups of them. wasm/aggregate.ts and wasm/extreme.ts; reference/aggregate.ts does the same in TypeScript.
 *
 * The i-th of the `count` row numbers at `rows` belongs to the group whose number is the i-th u32 at `groups`, or to group 0 when
 * `groups` is 0. The state of group g stands at `states + g * stride`; a state of zeros is empty. Values that are null or missing
 * are passed over; positions i of those a kernel does not decide go to `unsettled`, their number first.
 * Kinds to be left and number flags: see predicate.ts and number.ts.
 */
export interface AggregateKernels {
  /** Adds one to the u64 of each group for each value whose kind is not null or missing; for every row when `kinds` is 0. */
  countPresent(kinds: number, rows: number, count: number, groups: number, states: number, stride: number): void
  /**
   * Adds numbers of cells exactly: states of `sumState`. All have one scale, the u32 at `scale`, which grows: the states of
   * `groupCount` groups are then multiplied.
   */
  sumCells(
    starts: number,
    ends: number,
    kinds: number,
    rows: number,
    count: number,
    groups: number,
    states: number,
    stride: number,
    groupCount: number,
    scale: number,
    flags: number,
    oddKinds: number,
    unsettled: number,
  ): void
  /** Adds i64 exactly: states of `sumState`; their scale is the vector's. */
  sumIntegers(
    values: number,
    kinds: number,
    rows: number,
    count: number,
    groups: number,
    states: number,
    stride: number,
    vectorScale: number,
  ): void
  /** Adds the nearest doubles of cells' numbers exactly: states of `floatState`. */
  sumCellsAsFloats(
    starts: number,
    ends: number,
    kinds: number,
    rows: number,
    count: number,
    groups: number,
    states: number,
    stride: number,
    flags: number,
    oddKinds: number,
    unsettled: number,
  ): void
  /** Adds doubles exactly: states of `floatState`. Those of 2^63 and more, with bits below 2^-128, or no number: unsettled. */
  sumFloats(
    values: number,
    kinds: number,
    rows: number,
    count: number,
    groups: number,
    states: number,
    stride: number,
    unsettled: number,
  ): void
  /**
   * Keeps the least (`wanted` 1), the greatest (2) or both (3) of cells, as numbers and, unless cast, as text: states of
   * `extremeState`, for both the least's before the greatest's. Of equal ones the first stays. Goes from position `from` and returns the position where it stopped: `count`, or where the
   * text heap, two u32 at `heap` (next, end), has no room for a text.
   */
  extremeCells(
    starts: number,
    ends: number,
    kinds: number,
    rows: number,
    count: number,
    from: number,
    groups: number,
    states: number,
    stride: number,
    wanted: number,
    flags: number,
    oddKinds: number,
    heap: number,
    unsettled: number,
  ): number
  /** Keeps the least or greatest i64: state { i64 value, u32 whether there is one }. */
  extremeIntegers(
    values: number,
    kinds: number,
    rows: number,
    count: number,
    groups: number,
    states: number,
    stride: number,
    largest: number,
  ): void
  /** Keeps the least or greatest double: state { f64 value, u32 whether there is one }. NaN and -0 are unsettled. */
  extremeFloats(
    values: number,
    kinds: number,
    rows: number,
    count: number,
    groups: number,
    states: number,
    stride: number,
    largest: number,
    unsettled: number,
  ): void
}

/** i128 sum, u64 count of values, u32 largest scale of a value: byte offsets and size. */
export const sumState = { low: 0, high: 8, count: 16, scale: 24, bytes: 32 } as const

/** i256 sum in units of 2^-128, least word first, and u64 count. */
export const floatState = { sum: 0, count: 32, bytes: 40 } as const

/** The best number, as a double and as written; the best text. Flags: of `extremeFlag`. */
export const extremeState = {
  number: 0,
  flags: 8,
  numberLength: 12,
  numberText: 16,
  text: 40,
  textLength: 44,
  textRoom: 48,
  bytes: 56,
} as const

/** There is a number; there is a text; a text is no number. */
export const extremeFlag = { number: 1, text: 2, noNumber: 4 } as const

/** Of `extremeIntegers` and `extremeFloats`. */
export const plainExtremeState = { value: 0, present: 8, bytes: 16 } as const
