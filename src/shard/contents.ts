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
    const segments: Segment[] = []
    let left = length
    for (const run of this.positions(version, offset, length, segmentsPerReadMax + 1)) {
      if (segments.length === segmentsPerReadMax) break
      segments.push(this.#extents.segment(run.extent, run.offset, run.length))
      left -= run.length
    }
    return { segments, more: left > 0 }
  }

  /** Segments of this content cut to a range, in order; positions within their extents. */
  *positions(
    version: { content: string; parts: number },
    offset: number,
    length: number,
    rowsMax = -1,
  ): Generator<SegmentPosition> {
    if (length === 0) return
    let at = 0
    let firstPart = 1
    if (version.parts > 0) {
      const { parts, starts } = this.#layout(version.content)
      const index = partAt(starts, offset)
      firstPart = parts[index] ?? 1
      at = starts[index] ?? 0
    }
    const rows = this.#sql
      .exec<SegmentPosition>(
        // CAST: see `Versions.latest`.
        'SELECT part, n, extent, offset, length FROM segments WHERE content = CAST(? AS TEXT) AND part >= ? ORDER BY part, n LIMIT ?',
        version.content,
        firstPart,
        rowsMax,
      )
      .toArray()
    const end = offset + length
    for (const row of rows) {
      const from = Math.max(offset, at)
      const to = Math.min(end, at + row.length)
      if (from < to) yield { ...row, offset: row.offset + (from - at), length: to - from }
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
