/**
 * Writes an SQLite database file in memory, page by page: rows inserted by SQL would take twenty times as long. Tables
 * only: rows in the order they come, numbered from 1, no indexes. No I/O.
 * https://www.sqlite.org/fileformat2.html
 */
import { PageBuffer, pageBytes } from './sqlite-pages.ts'
import { RecordEncoder, putVarint, varintBytes } from './sqlite-record.ts'
import type { SqliteValue } from './sqlite-record.ts'

/** A b-tree page already written, as its parent sees it. */
interface Child {
  page: number
  /** The greatest row number in it. */
  lastRow: number
}

/** Of a table's leaf, usable bytes U = page size: payloads over U-35 spill, and M = ((U-12)*32/255)-23 stay at least. */
const payloadMax = pageBytes - 35
const payloadMin = Math.floor(((pageBytes - 12) * 32) / 255) - 23
const leafHeaderBytes = 8
const interiorHeaderBytes = 12
const interiorCellMax = 4 + 9
const leafType = 13
const interiorType = 5

/** One database under construction. `budget`: bytes it may come to; more throws RangeError. */
export class SqliteImage {
  readonly #pages: PageBuffer
  readonly #tables: { name: string; columns: readonly string[]; builder: TableBuilder }[] = []

  constructor(budget: number) {
    this.#pages = new PageBuffer(budget)
    // Page 1 is the schema's; it is written last, when every root is known.
    this.#pages.allocate()
  }

  /** A new table; column names are written as they are, so they must be plain identifiers. */
  table(name: string, columns: readonly string[]): TableBuilder {
    const builder = new TableBuilder(this.#pages)
    this.#tables.push({ name, columns, builder })
    return builder
  }

  /** Bytes so far. */
  get size(): number {
    return this.#pages.bytesUsed
  }

  /** The whole file. The image takes no more rows. */
  finish(): Uint8Array {
    const schema = new TableBuilder(this.#pages, 1)
    for (const { name, columns, builder } of this.#tables) {
      const root = builder.finish()
      const sql = `CREATE TABLE ${name}(${columns.join(',')})`
      schema.add(['table', name, name, BigInt(root), sql])
    }
    schema.finish()
    const file = this.#pages.take()
    writeHeader(file)
    return file
  }
}

/** The rows of one table. */
export class TableBuilder {
  readonly #pages: PageBuffer
  readonly #record = new RecordEncoder()
  /** Page 1 has the file's header before its own. */
  readonly #firstPage: number | null
  #page = 0
  #start = 0
  #cells = 0
  #contentStart = 0
  #rows = 0
  #leaves: Child[] = []

  constructor(pages: PageBuffer, firstPage: number | null = null) {
    this.#pages = pages
    this.#firstPage = firstPage
  }

  get rows(): number {
    return this.#rows
  }

  add(values: readonly SqliteValue[]): void {
    const payload = this.#record.encode(values)
    const row = this.#rows + 1
    const local = localBytes(payload.length)
    const cellBytes = varintBytes(payload.length) + varintBytes(row) + local + (local < payload.length ? 4 : 0)
    if (this.#page === 0 || !this.#fits(cellBytes)) this.#nextLeaf()
    this.#rows = row
    const overflow = local < payload.length ? this.#spill(payload.subarray(local)) : 0
    this.#writeCell(payload.subarray(0, local), { row, cellBytes, payloadLength: payload.length, overflow })
  }

  /** The number of the table's root page. */
  finish(): number {
    if (this.#page === 0) this.#nextLeaf()
    this.#closeLeaf()
    let level = this.#leaves
    while (level.length > 1) level = this.#interiorLevel(level)
    const root = level[0]
    if (this.#firstPage !== null && root !== undefined && root.page !== this.#firstPage) {
      throw new RangeError('The schema does not fit its page')
    }
    return root?.page ?? 0
  }

  #fits(cellBytes: number): boolean {
    const pointersEnd = this.#start + leafHeaderBytes + 2 * (this.#cells + 1)
    return this.#contentStart - cellBytes >= pointersEnd
  }

  #nextLeaf(): void {
    if (this.#page !== 0) this.#closeLeaf()
    const isFirst = this.#firstPage !== null && this.#leaves.length === 0
    this.#page = isFirst ? (this.#firstPage ?? 1) : this.#pages.allocate()
    this.#start = this.#page === 1 ? 100 : 0
    this.#cells = 0
    this.#contentStart = pageBytes
  }

  #closeLeaf(): void {
    const view = this.#pages.view(this.#page)
    view.setUint8(this.#start, leafType)
    view.setUint16(this.#start + 3, this.#cells)
    view.setUint16(this.#start + 5, this.#contentStart)
    this.#leaves.push({ page: this.#page, lastRow: this.#rows })
  }

  #writeCell(
    local: Uint8Array,
    cell: { row: number; cellBytes: number; payloadLength: number; overflow: number },
  ): void {
    this.#contentStart -= cell.cellBytes
    const bytes = this.#pages.bytes(this.#page)
    let at = putVarint(bytes, this.#contentStart, cell.payloadLength)
    at = putVarint(bytes, at, cell.row)
    bytes.set(local, at)
    const view = this.#pages.view(this.#page)
    if (cell.overflow !== 0) view.setUint32(at + local.length, cell.overflow)
    view.setUint16(this.#start + leafHeaderBytes + 2 * this.#cells, this.#contentStart)
    this.#cells += 1
  }

  /** Writes what does not fit its leaf as a chain of pages; gives the first. */
  #spill(rest: Uint8Array): number {
    const first = this.#pages.allocate()
    let page = first
    for (let offset = 0; offset < rest.length; offset += pageBytes - 4) {
      const piece = rest.subarray(offset, offset + pageBytes - 4)
      const next = offset + piece.length < rest.length ? this.#pages.allocate() : 0
      this.#pages.view(page).setUint32(0, next)
      this.#pages.bytes(page).set(piece, 4)
      page = next
    }
    return first
  }

  /** The pages above a level, each holding as many children as fit. */
  #interiorLevel(level: readonly Child[]): Child[] {
    const perPage = Math.floor((pageBytes - interiorHeaderBytes) / (interiorCellMax + 2))
    // One child more than cells: the last is the page's right-most pointer. No page is left with a single child.
    const count = Math.ceil(level.length / (perPage + 1))
    const share = Math.ceil(level.length / count)
    const parents: Child[] = []
    for (let from = 0; from < level.length; from += share) {
      parents.push(this.#interiorPage(level.slice(from, from + share)))
    }
    return parents
  }

  #interiorPage(children: readonly Child[]): Child {
    const page = this.#pages.allocate()
    const view = this.#pages.view(page)
    const bytes = this.#pages.bytes(page)
    const last = children.at(-1) ?? { page: 0, lastRow: 0 }
    let content = pageBytes
    children.slice(0, -1).forEach((child, index) => {
      content -= 4 + varintBytes(child.lastRow)
      view.setUint32(content, child.page)
      putVarint(bytes, content + 4, child.lastRow)
      view.setUint16(interiorHeaderBytes + 2 * index, content)
    })
    view.setUint8(0, interiorType)
    view.setUint16(3, children.length - 1)
    view.setUint16(5, content)
    view.setUint32(8, last.page)
    return { page, lastRow: last.lastRow }
  }
}

/** How much of a payload stays in its leaf. */
function localBytes(length: number): number {
  if (length <= payloadMax) return length
  const surplus = payloadMin + ((length - payloadMin) % (pageBytes - 4))
  return surplus <= payloadMax ? surplus : payloadMin
}

/** The 100 bytes at the start of page 1. */
function writeHeader(file: Uint8Array): void {
  const view = new DataView(file.buffer, file.byteOffset)
  file.set(new TextEncoder().encode('SQLite format 3\0'), 0)
  view.setUint16(16, pageBytes)
  view.setUint8(18, 1)
  view.setUint8(19, 1)
  view.setUint8(21, 64)
  view.setUint8(22, 32)
  view.setUint8(23, 32)
  view.setUint32(24, 1)
  view.setUint32(28, file.length / pageBytes)
  view.setUint32(40, 1)
  view.setUint32(44, 4)
  view.setUint32(56, 1)
  view.setUint32(92, 1)
  view.setUint32(96, 3_054_001)
}
