// One record of computed values as cells, so that the kernel that writes columns writes it too.
import { S3Error } from '../../errors.ts'
import type { Arena } from '../../kernels/select/arena.ts'
import { cellKind } from '../../kernels/select/cells.ts'
import { csvFieldsMax, selectRecordBytesMax } from '../../limits.ts'
import { formatText } from '../value/format.ts'
import type { Value } from '../value/value.ts'

/** Three u32 in a table of columns, then the start, the end and the kind they point at. */
const cellBytes = 12
const encoder = new TextEncoder()

const columnsAtFirst = 64

export class CsvRow {
  /** The address of the row's number, which is 0: its selection. */
  readonly selection: number
  /** The table of columns. */
  columns = 0
  readonly #arena: Arena
  readonly #text: number
  #columnsRoom = 0
  #cells = 0

  constructor(arena: Arena) {
    this.#arena = arena
    this.selection = arena.allocate(4)
    arena.u32[this.selection / 4] = 0
    this.#text = arena.allocate(selectRecordBytesMax + 64)
    this.#makeRoom(columnsAtFirst)
  }

  #makeRoom(columns: number): void {
    this.#columnsRoom = columns
    this.columns = this.#arena.allocate(cellBytes * columns)
    this.#cells = this.#arena.allocate(cellBytes * columns)
    const words = this.#arena.u32
    for (let column = 0; column < columns; column++) {
      const cell = this.#cells + cellBytes * column
      words.set([cell, cell + 4, cell + 8], (this.columns + cellBytes * column) / 4)
    }
  }

  /** Takes the values of a record. Throws OverMaxRecordSize, and OverMaxColumn beyond as many as an input record may have. */
  take(values: readonly Value[]): void {
    if (values.length > csvFieldsMax) throw new S3Error('OverMaxColumn')
    if (values.length > this.#columnsRoom) this.#makeRoom(Math.max(values.length, 2 * this.#columnsRoom))
    const { u8, u32 } = this.#arena
    let at = this.#text
    const end = at + selectRecordBytesMax
    for (const [column, value] of values.entries()) {
      const cell = this.#cells + cellBytes * column
      u32[cell / 4] = at
      if (value === null || value === undefined) {
        u8[cell + 8] = cellKind.null
      } else {
        const text = formatText(value)
        const { read, written } = encoder.encodeInto(text, u8.subarray(at, end))
        if (read < text.length) throw new S3Error('OverMaxRecordSize')
        at += written
        u8[cell + 8] = cellKind.text
      }
      u32[cell / 4 + 1] = at
    }
  }
}
