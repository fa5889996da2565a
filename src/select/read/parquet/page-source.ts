// The pages of one column chunk, in order, as their bytes are read.
import { checkCodec } from './decompress.ts'
import { readDictionary } from './dictionary.ts'
import type { Dictionary } from './dictionary.ts'
import { damaged } from './faults.ts'
import { Page } from './page.ts'
import { parsePageHeader } from './page-header.ts'
import type { PageHeader } from './page-header.ts'
import { PageStream } from './page-stream.ts'
import { RangeCursor } from './read-range.ts'
import type { RangeReader } from './read-range.ts'
import type { ScanContext } from './scan-context.ts'
import type { Leaf } from './schema.ts'

/** Pages that lie one after the other. */
export interface PageRun {
  offset: number
  end: number
  /** The row of the row group with which the first data page begins. */
  firstRow: number
}

export interface ChunkPlan {
  codec: string
  /** Values of the chunk, nulls among them. */
  values: number
  /** Where the dictionary lies when it is not the first page of the first run. */
  dictionary: { offset: number; end: number } | null
  runs: PageRun[]
}

export interface PageLimits {
  /** Bytes read of the object at once. */
  pieceBytes: number
  /** Large pages may be read piece by piece. */
  streams: boolean
  /** Pages up to this size, compressed and not, are held whole. */
  wholeBytesMax: number
  /** Of a page that is not. */
  windowBytes: number
}

/** A page header is tried with so many bytes, then with twice as many. */
const headerBytes = 256
const headerBytesMax = 1024 * 1024

export class PageSource {
  readonly #context: ScanContext
  readonly #leaf: Leaf
  readonly #ranges: RangeReader
  readonly #plan: ChunkPlan
  readonly #limits: PageLimits
  #run = -1
  #cursor: RangeCursor | null = null
  #row = 0
  #startsRun = false
  #values = 0
  #dictionary: Dictionary | null = null

  constructor(
    context: ScanContext,
    leaf: Leaf,
    { ranges, plan, limits }: { ranges: RangeReader; plan: ChunkPlan; limits: PageLimits },
  ) {
    this.#context = context
    this.#leaf = leaf
    this.#ranges = ranges
    this.#plan = plan
    this.#limits = limits
    checkCodec(plan.codec)
  }

  /**
   * The next data page, and its first row; null at the end. Pages that end before `row` are passed over. Of columns with
   * repetition levels the first row is known, and pages are passed over, only where a run starts.
   */
  async next(row: number): Promise<{ page: Page; firstRow: number; startsRun: boolean } | null> {
    if (this.#run < 0) await this.#readDictionaryApart()
    while (true) {
      if (this.#cursor === null || this.#cursor.left === 0) {
        this.#run += 1
        const run = this.#plan.runs[this.#run]
        if (run === undefined) return null
        this.#cursor = new RangeCursor(this.#ranges, run, this.#limits.pieceBytes)
        this.#row = run.firstRow
        this.#startsRun = true
        continue
      }
      const header = await this.#header(this.#cursor)
      const isData = header.type === 'data' || header.type === 'data-v2'
      const firstRow = this.#row
      if (isData) {
        this.#row += header.values
        this.#values += header.values
        if (this.#values > this.#plan.values) throw damaged('pages with more values than their column')
      }
      const unwanted = this.#leaf.repetitionMax === 0 && this.#row <= row && isData
      if (unwanted || header.type === 'index') {
        this.#cursor.skip(header.compressedBytes)
        continue
      }
      if (!isData) {
        this.#takeDictionary(header, await this.#body(this.#cursor, header))
        continue
      }
      const startsRun = this.#startsRun
      this.#startsRun = false
      return { page: await this.#page(this.#cursor, header), firstRow, startsRun }
    }
  }

  /** Gives the dictionary's memory back. */
  close(): void {
    for (const region of this.#dictionary?.regions ?? []) this.#context.pool.free(region)
    this.#dictionary = null
    this.#cursor = null
    this.#run = this.#plan.runs.length
  }

  /** A data page: with its body, or its beginning when it is large. */
  async #page(cursor: RangeCursor, header: PageHeader): Promise<Page> {
    const { codec } = this.#plan
    const { wholeBytesMax, windowBytes } = this.#limits
    const facts = { header, codec, body: 0, dictionary: this.#dictionary }
    const isLarge = header.compressedBytes + header.uncompressedBytes > wholeBytesMax
    if (!isLarge || !this.#limits.streams || !PageStream.isFor(this.#leaf, header)) {
      const body = await this.#body(cursor, header)
      return new Page(this.#context, this.#leaf, { ...facts, body, stream: null })
    }
    const stream = new PageStream(this.#context, this.#leaf, { header, codec, cursor, windowBytes })
    try {
      await stream.begin()
    } catch (error) {
      stream.close()
      throw error
    }
    this.#context.processed += header.uncompressedBytes
    return new Page(this.#context, this.#leaf, { ...facts, stream })
  }

  async #readDictionaryApart(): Promise<void> {
    const span = this.#plan.dictionary
    if (span === null || span.end <= span.offset) return
    const cursor = new RangeCursor(this.#ranges, span, span.end - span.offset)
    const header = await this.#header(cursor)
    // Whatever else stands before the first page is of no use.
    if (header.type === 'dictionary') this.#takeDictionary(header, await this.#body(cursor, header))
  }

  #takeDictionary(header: PageHeader, body: number): void {
    if (this.#dictionary !== null) throw damaged('two dictionaries in a column')
    this.#dictionary = readDictionary(this.#context, this.#leaf, { header, codec: this.#plan.codec, body })
  }

  async #header(cursor: RangeCursor): Promise<PageHeader> {
    for (let bytes = headerBytes; ; bytes *= 2) {
      const start = await cursor.peek(Math.min(bytes, cursor.left))
      const parsed = parsePageHeader(start)
      if (parsed !== null) {
        cursor.advance(parsed.length)
        if (parsed.header.compressedBytes > cursor.left) throw damaged('a page is longer than its column')
        return parsed.header
      }
      if (start.length >= Math.min(headerBytesMax, cursor.left)) throw damaged('a page header does not end')
    }
  }

  async #body(cursor: RangeCursor, header: PageHeader): Promise<number> {
    const { pool } = this.#context
    const body = pool.allocate(header.compressedBytes)
    let at = body
    await cursor.take(header.compressedBytes, (piece) => {
      pool.u8.set(piece, at)
      at += piece.length
    })
    this.#context.processed += header.uncompressedBytes
    return body
  }
}
