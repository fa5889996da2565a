// Kernels of wasm/csv*.ts; reference/csv.ts does the same in TypeScript.

/** What the flags of a setup say. */
export const csvFlag = {
  /** A record delimiter inside quotes is text. Without it every record delimiter ends its record. */
  quotedDelimiters: 1,
  /**
   * Quotes open and close anywhere in a field and are left out of its text, the escape character works outside quotes too,
   * an empty field is null, and an open quote is no fault. Without it a quote after the first byte of an unquoted field,
   * or after a closing quote, is text.
   */
  lenient: 2,
  /** A carriage return before a record delimiter is no part of the record. */
  stripReturn: 4,
} as const

/** Bits of the status a kernel leaves. */
export const csvStatus = {
  /** Nothing it left means anything: only `csvWalk` can tell these bytes. */
  anomaly: 1,
  /** It stopped early for want of room; without a row, one record has more fields than there is room for. */
  full: 2,
  /** The record at `consumed` has a record delimiter inside quotes, which ends it with its quote open. */
  quotedDelimiter: 4,
  /** The input ends inside the quotes of the record at `consumed`. */
  openQuote: 8,
} as const

/**
 * A setup: what a CSV file is like, where results go, and the last kernel's result beside its return value. Offsets in
 * bytes of u32, but for the five symbols, each of which is its length (u32), at +8 its bytes followed by zeros (8 bytes),
 * and at +16 eight bytes of ones over its bytes. A symbol not in use has length 0, a first byte of 1 and a mask of zeros;
 * so has the escape character where quotes are doubled instead. Symbols are 1 to 8 bytes long.
 *
 * `positions`: the last byte of each delimiter, in order; the u32 before the region's first is written too. `firsts`
 * and `lasts`: by row, the numbers of the positions that end its first field, and one more than of its last. The start of
 * a field is one past the position before. Regions have room for 192 entries beyond their limits.
 */
export const csvSetup = {
  flags: 0,
  positions: 4,
  positionsMax: 8,
  firsts: 12,
  /** Result: the address of lasts. */
  lasts: 16,
  rowsMax: 20,
  /** Result: the address of the first byte that is no part of a whole record. */
  consumed: 24,
  /** Result: bits of `csvStatus`. */
  status: 28,
  recordDelimiter: 32,
  fieldDelimiter: 56,
  quote: 80,
  escape: 104,
  comment: 128,
  /** Result of `csvCandidates`: how many bytes the candidates have together, with their delimiters. */
  candidateBytes: 152,
  /** The region for lasts where they are not firsts, one entry on. */
  lastsRegion: 156,
  /** Room for the text of cells with doubled quotes: the address of what is free of it, which moves on, and its end. */
  spare: 160,
  spareEnd: 164,
  bytes: 168,
} as const

/** A literal for `csvCandidates`: u32 length (1 to 64), u32 numbers of its two rarest bytes, its bytes. */
export const csvLiteral = { length: 0, one: 4, other: 8, bytes: 12 } as const

/**
 * `from` is where a record begins, `to` is exclusive; up to 192 bytes behind it are read and mean nothing. All return a
 * number of rows, leave `consumed` and `status`, and do not count empty records and comments as rows. `csvIndex`, `csvCount`
 * and `csvCandidates` take record delimiters of one byte or two different ones, field delimiters of one to three bytes
 * whose start is not their end too, quote and escape of one byte, and no byte in two of these, nor one of a longer comment
 * in a record delimiter; the lenient dialect with an escape character takes one-byte delimiters.
 */
export interface CsvKernels {
  /** Finds the whole records between two addresses and their fields. */
  csvIndex(setup: number, from: number, to: number): number
  /**
   * The same for any symbols and any bytes. `atEnd` is 1 where the input ends at `to`, with a record delimiter that was
   * put there; then what no delimiter ends is a record too.
   */
  csvWalk(setup: number, from: number, to: number, atEnd: number): number
  /** Counts the whole records: no positions. Escape characters are not known; without `quotedDelimiters` quotes are neither. */
  csvCount(setup: number, from: number, to: number): number
  /**
   * As `csvIndex`, but only for records that hold the literal at `literal`, or may hold it in other bytes than its own
   * (escaped or misplaced quotes; doubled ones, where the literal has a quote).
   */
  csvCandidates(setup: number, from: number, to: number, literal: number): number
  /** Cells of the `column`th field, by row, of the `count` rows listed at `selection`; of kinds text, escaped (as it lies, with its quotes), null and missing. Doubled quotes are made single where there is spare room and that is all there is to it. */
  csvCells(
    setup: number,
    column: number,
    selection: number,
    count: number,
    starts: number,
    ends: number,
    kinds: number,
  ): void
  /** The bounds of whole records without their delimiter, as cells of kind text. */
  csvRecords(setup: number, selection: number, count: number, starts: number, ends: number, kinds: number): void
}
