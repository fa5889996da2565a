// Contents: the parts and segments that make up a version's body, and which of them a range touches.
import { segmentsPerReadMax } from '../limits.ts'
import type { Extents } from './extents.ts'
import type { LentSegment, Segment } from './rpc.ts'

/** Parts in order, with the position each starts at. Immutable once a version has the content. */
interface Layout {
  parts: number[]
  /** Bytes before each part; one more entry than parts, the last being the size. */
  starts: number[]
}

/** Layouts kept in memory: a range of a 10,000-part object must not sum up 10,000 rows each time. */
const LAYOUTS_MAX = 256

/** The last four are null where the extent has no row. */
type SegmentCells = [
  extent: string,
  offset: number,
  length: number,
  store: string,
  state: string | null,
  size: number,
  crcs: ArrayBuffer,
]

export type SegmentPosition = { part: number; n: number; extent: string; offset: number; length: number }

export class Contents {
  readonly #sql: SqlStorage
  readonly #extents: Extents
  readonly #layouts = new Map<string, Layout>()

  constructor(sql: SqlStorage, extents: Extents) {
    this.#sql = sql
    this.#extents = extents
  }

  /** First byte and length of a part, and how many parts there are; null when there is no such part. */
  part(content: string, index: number): { partNumber: number; offset: number; length: number } | null {
    const { parts, starts } = this.#layout(content)
    const partNumber = parts[index]
    const start = starts[index]
    const end = starts[index + 1]
    if (partNumber === undefined || start === undefined || end === undefined) return null
    return { partNumber, offset: start, length: end - start }
  }

  /** The segments of a multipart content that cover a range; `more` when they do not reach its end. */
  read(
    version: { content: string; parts: number },
    offset: number,
    length: number,
  ): { segments: Segment[]; more: boolean } {
    if (length === 0) return { segments: [], more: false }
    // A part has at least one segment.
    const { first, last, start } = this.#touched(version, offset, length, segmentsPerReadMax)
    const rows = this.#sql
      .exec(
        // CAST: see `Versions.latest`.
        `SELECT s.extent, s.offset, s.length, e.store, e.state, e.size, e.crcs
         FROM segments s LEFT JOIN extents e ON e.extent = s.extent
         WHERE s.content = CAST(? AS TEXT) AND s.part BETWEEN ? AND ? ORDER BY s.part, s.n`,
        version.content,
        first,
        last,
      )
      .raw<SegmentCells>()
    const end = offset + length
    const segments: Segment[] = []
    let at = start
    // To the last row: a statement that was left before is not free for the next read.
    for (const [extent, rowOffset, rowLength, store, state, extentSize, crcs] of rows) {
      if (at >= end || segments.length === segmentsPerReadMax) continue
      const run = cut({ at, offset: rowOffset, length: rowLength }, offset, end)
      at += rowLength
      if (run === null) continue
      segments.push(this.#extents.segment({ extent, store, state, extentSize, crcs }, run.offset, run.length))
    }
    return { segments, more: at < end }
  }

  /** Segments of this content cut to a range, in order; positions within their extents. */
  *positions(version: { content: string; parts: number }, offset: number, length: number): Generator<SegmentPosition> {
    if (length === 0) return
    const { first, last, start } = this.#touched(version, offset, length, Infinity)
    const rows = this.#sql
      .exec<SegmentPosition>(
        'SELECT part, n, extent, offset, length FROM segments WHERE content = CAST(? AS TEXT) AND part BETWEEN ? AND ? ORDER BY part, n',
        version.content,
        first,
        last,
      )
      .toArray()
    const end = offset + length
    let at = start
    for (const row of rows) {
      const run = cut({ at, offset: row.offset, length: row.length }, offset, end)
      if (run !== null) yield { ...row, ...run }
      at += row.length
      if (at >= end) return
    }
  }

  /** The same, as another shard may borrow them: with all checksums of each extent. */
  lendable(
    version: { content: string; parts: number },
    range: { offset: number; length: number },
  ): ({ bytes: Uint8Array } | Omit<LentSegment, 'token'>)[] {
    const lendable: ({ bytes: Uint8Array } | Omit<LentSegment, 'token'>)[] = []
    for (const run of this.positions(version, range.offset, range.length)) {
      const row = this.#extents.row(run.extent)
      if (row === undefined) throw new Error(`Extent ${run.extent} has segments but no row`)
      if (row.store === 'shard') {
        lendable.push({ bytes: this.#extents.bytes(run.extent).slice(run.offset, run.offset + run.length) })
        continue
      }
      lendable.push({
        store: row.store as LentSegment['store'],
        extent: run.extent,
        home: row.home,
        offset: run.offset,
        length: run.length,
        extentSize: row.size,
        crcs: new Uint8Array(row.crcs),
      })
    }
    return lendable
  }

  /** The content is gone or was changed. */
  forget(content: string): void {
    this.#layouts.delete(content)
  }

  /** The first of the parts that a range touches, the position it starts at, and the last of `partsMax` of them. */
  #touched(
    { content, parts: count }: { content: string; parts: number },
    offset: number,
    length: number,
    partsMax: number,
  ): { first: number; last: number; start: number } {
    if (count === 0) return { first: 0, last: Number.MAX_SAFE_INTEGER, start: 0 }
    const { parts, starts } = this.#layout(content)
    const index = partAt(starts, offset)
    const lastIndex = Math.min(partAt(starts, offset + length - 1), index + partsMax - 1)
    return { first: parts[index] ?? 1, last: parts[lastIndex] ?? 1, start: starts[index] ?? 0 }
  }

  #layout(content: string): Layout {
    const known = this.#layouts.get(content)
    if (known !== undefined) return known
    const rows = this.#sql
      .exec<{ part: number; size: number }>('SELECT part, size FROM parts WHERE content = ? ORDER BY part', content)
      .toArray()
    const starts = [0]
    let at = 0
    for (const row of rows) starts.push((at += row.size))
    const layout = { parts: rows.map((row) => row.part), starts }
    if (this.#layouts.size >= LAYOUTS_MAX) {
      const oldest = this.#layouts.keys().next().value
      if (oldest !== undefined) this.#layouts.delete(oldest)
    }
    this.#layouts.set(content, layout)
    return layout
  }
}

/** What of a segment lies in a range: the segment starts at `at` of its content and at `offset` of its extent. Null for nothing. */
function cut(
  { at, offset, length }: { at: number; offset: number; length: number },
  start: number,
  end: number,
): { offset: number; length: number } | null {
  const from = Math.max(start, at)
  const to = Math.min(end, at + length)
  return from < to ? { offset: offset + (from - at), length: to - from } : null
}

/** Index of the part that holds byte `offset`: binary search over the starts. */
function partAt(starts: number[], offset: number): number {
  let low = 0
  let high = starts.length - 2
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return Math.max(low, 0)
}
