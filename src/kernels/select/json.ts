/**
 * JSON into records and their values. wasm/json.ts and wasm/json-walk.ts; reference/json.ts does the same in TypeScript.
 *
 * What the kernels share and carry lies in two regions of u32 fields, `jsonScanFields` and `jsonPathFields`, which whoever calls
 * fills. Addresses are below 4 GiB.
 */
export interface JsonKernels {
  /**
   * Reads the bytes from `from` to `to` and returns how many records it found: `starts`, `ends`, `kinds` (text for scalars, nested, or missing
   * where the path leads nowhere), with at most `rowsMax` of them. `consumed` is the first byte that is to be given again, with more behind
   * it. Stops at a fault; the records before it hold.
   */
  jsonScan(scan: number, from: number, to: number): number
  /**
   * Fills the cells of every slot for the `count` records whose numbers stand at `rows`, of the last jsonScan. Writes the numbers of
   * records it could not settle to `unsettled` and returns how many: their cells hold nothing. As much of a record is read as
   * the paths need: what is broken elsewhere may pass.
   */
  jsonWalk(scan: number, paths: number, rows: number, count: number, unsettled: number): number
  /**
   * As jsonScan for `count` lines, whose starts and ends stand in pairs at `lines`, each with a newline behind it. Returns 0xffffffff, and
   * has found nothing, when a line is not records alone.
   */
  jsonScanLines(scan: number, lines: number, count: number): number
  /**
   * The lines from `from` to `to`, where one ends, that hold the `length` bytes at `literal`, or a backslash before `follower`, or any when that is 0: writes start and end of
   * each, without its newline, to `lines` and returns how many. `first` and `second` are the offsets of the two bytes of the literal that
   * are looked for. Returns 0xffffffff when there is more than one for 64 bytes, and when one of them, or the range, does not begin with
   * an opening brace and end with a closing one, or the lines beside it do not: only between records do these stand together.
   */
  jsonCandidates(
    from: number,
    to: number,
    literal: number,
    length: number,
    first: number,
    second: number,
    follower: number,
    lines: number,
  ): number
  /**
   * The lines from `from` to `to`, where one ends, as records: `starts`, `ends` and `kinds`, as jsonScan, but for `marks`; and the cells of the
   * one slot of `paths`, which is a key of the root, of ASCII, that is written without escapes. Records that need a closer look go to `unsettled`, how many to the
   * scan's field of that name: their cells hold anything. `letter` is the offset of the byte of the key's pattern that is looked for.
   * Returns the number of records, with at most `rowsMax` of them, and leaves behind them in `consumed`; or 0xffffffff,
   * and has found nothing, when not every line begins with an opening brace and ends with a closing one. Only unsettled lines may be several records.
   */
  jsonLines(scan: number, paths: number, from: number, to: number, letter: number, unsettled: number): number
  /**
   * Makes records of jsonLines ready for jsonWalk, and no others: the `count` whose numbers, ascending, stand at `rows`. Returns how many of them,
   * from the first on, are one record each.
   */
  jsonIndexRows(scan: number, rows: number, count: number): number
}

/** Byte offsets of the u32 fields of a scan; all zero at the beginning but for the addresses. */
export const jsonScanFields = {
  /** Room for one u32 for each byte of the largest range, and 16 more. */
  positions: 0,
  starts: 8,
  ends: 12,
  kinds: 16,
  /** Where each record begins in `positions`: of the kernels alone. */
  marks: 20,
  rowsMax: 24,
  /** The FROM path: 32 bytes a step: kind of `jsonStep`, address and length of the name, 1 when its case counts, the index. */
  steps: 28,
  stepCount: 32,
  /** Room for 16 bytes for each step and one more. */
  frames: 36,
  inString: 40,
  escaped: 44,
  phase: 48,
  level: 52,
  deadDepth: 56,
  rows: 60,
  consumed: 64,
  /** One of `jsonFault`. */
  fault: 68,
  /** Room for one byte for each of the largest range, and 64 more: where backslashes are. Of the kernels alone. */
  escapes: 72,
  /** The first newline within a string, or 0xffffffff. */
  broken: 76,
  /** After the fault `undecided`: 1 when the key at `consumed` is the step's, 2 when not; and a hash of it. */
  verdict: 80,
  verdictHash: 84,
  /** Room for strings whose escapes jsonWalk has resolved: the next free byte, and where it ends. Those that do not fit keep them. */
  text: 88,
  textEnd: 92,
  /** Of jsonLines. */
  unsettled: 96,
} as const

export const jsonScanBytes = 128

/** `spread` is the last: the elements of a list, and what is no list as it is. */
export const jsonStep = { key: 0, index: 1, elements: 2, values: 3, spread: 4 } as const
export const jsonStepBytes = 32
export const jsonFrameBytes = 16

/** `undecided`: a key of the FROM path must be decoded to be compared; see `verdict`. */
export const jsonFault = { none: 0, syntax: 1, ambiguous: 2, undecided: 3 } as const

/** The phases of a scan; 0 between top-level values. */
export const jsonPhase = {
  value: 0,
  after: 1,
  key: 2,
  firstKey: 3,
  firstElement: 4,
  deadValue: 5,
  deadContainer: 6,
  deadString: 7,
} as const

/** Byte offsets of the u32 fields of a set of paths, and of their nodes and keys. */
export const jsonPathFields = {
  root: 0,
  /** For each slot the addresses of its starts, ends and kinds. */
  slots: 4,
  slotCount: 8,
  /** Slots to be found before a record is left; 0x7fffffff reads records to their end. */
  leaves: 12,
  serial: 16,
  /** 16 bytes for each level of the paths and one more. */
  stack: 20,
} as const
export const jsonPathBytes = 64

export const jsonNodeFields = {
  keyCount: 0,
  keys: 4,
  /** 0xffffffff: none. */
  slot: 8,
  /** Bits of `jsonNodeFlag`. */
  flags: 12,
  hint: 16,
  indexCount: 20,
  /** Pairs of element number and node. */
  indices: 24,
  /**
   * 1,024 bytes, or 0 for none: not 0 where a key may have these last letters, the last in the lower five bits and the one before it, or
   * the opening quote, in the upper five: of each its lower five bits.
   */
  table: 28,
} as const
export const jsonNodeBytes = 32
export const jsonTableBytes = 1024
export const jsonNodeFlag = { decodes: 1, overlaps: 2 } as const

/**
 * `pattern` has the name in its quotes; bits that are 0 in the mask are not compared. Both are read in words of 8 bytes. `tail` and
 * `tailMask` are the 8 last bytes of the pattern and of the mask with a colon behind them, or fewer, behind zeros.
 */
export const jsonKeyFields = { pattern: 0, patternLength: 4, mask: 8, node: 12, stamp: 16, caseSensitive: 20 } as const
export const jsonKeyWords = { tail: 24, tailMask: 32 } as const
export const jsonKeyBytes = 48
