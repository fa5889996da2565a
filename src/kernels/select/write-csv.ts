// Kernels of wasm/write-csv.ts; reference/write-csv.ts does the same in TypeScript.

export const csvWriteFlag = {
  /** Every field is quoted, also where it need not be. */
  always: 1,
} as const

export const csvWriteStatus = {
  /** The next row has no room, or is longer than `recordMax`. */
  room: 1,
  /** The next row has a cell of kind escaped or nested: its bytes are not its text. */
  unsettled: 2,
  /** What was written may have bytes beyond ASCII. */
  highBytes: 4,
} as const

/**
 * How CSV is written. Offsets in bytes of u32, but for the symbols, which are as those of `csvSetup`; `nullText` is one
 * too. Quote and escape character of length 0: nothing is quoted. The escape character that doubles quotes is the quote.
 */
export const csvFormat = {
  flags: 0,
  /** Result: the address behind the last row written. */
  end: 4,
  /** Result: bits of `csvWriteStatus`. */
  status: 8,
  /** Bytes of a record without its delimiter. */
  recordMax: 12,
  nullText: 16,
  recordDelimiter: 40,
  fieldDelimiter: 64,
  quote: 88,
  escape: 112,
  bytes: 136,
} as const

/** Both writers write from `out` on and stop before `outEnd`; they return how many of the rows at `selection` they wrote. */
export interface WriteCsvKernels {
  /**
   * A record for each row from the cells of `columnCount` columns, each of them three u32 at `columns`: starts, ends,
   * kinds. A field is quoted when it has a quote, a line feed, a carriage return, or the first byte of a delimiter. A null
   * or missing cell is `nullText`; empty quotes where all is quoted.
   */
  csvWriteCells(
    format: number,
    columns: number,
    columnCount: number,
    selection: number,
    count: number,
    out: number,
    outEnd: number,
  ): number
  /** The bytes between two addresses for each row, as they are, each with a record delimiter. */
  csvWriteRecords(
    format: number,
    starts: number,
    ends: number,
    selection: number,
    count: number,
    out: number,
    outEnd: number,
  ): number
  /** Whether bytes are UTF-8: 1 or 0. */
  validUtf8(from: number, to: number): number
}
