// The column `_key` of one object: the same text in every record.
import type { Arena } from '../../kernels/select/arena.ts'
import { cellKind } from '../../kernels/select/cells.ts'
import type { CellVector } from '../../kernels/select/cells.ts'

const encoder = new TextEncoder()

export class KeyColumn {
  /** Of the object that is read. */
  key = ''
  readonly #arena: Arena
  /** In memory, since the object was begun: for so many rows. */
  #vector: CellVector | null = null
  #rows = 0

  constructor(arena: Arena) {
    this.#arena = arena
  }

  /** Another object, whose reader has allocated nothing yet; what was allocated for the one before is given back. */
  begin(key: string): void {
    this.key = key
    this.#vector = null
    this.#rows = 0
  }

  /** Cells for as many rows. */
  vector(rows: number): CellVector {
    if (this.#vector === null || rows > this.#rows) this.#vector = this.#allocate(rows)
    return this.#vector
  }

  #allocate(rows: number): CellVector {
    const bytes = encoder.encode(this.key)
    const arena = this.#arena
    const start = arena.allocate(bytes.length)
    const [starts, ends, kinds] = [arena.allocate(4 * rows), arena.allocate(4 * rows), arena.allocate(rows)]
    arena.u8.set(bytes, start)
    arena.u32.fill(start, starts / 4, starts / 4 + rows)
    arena.u32.fill(start + bytes.length, ends / 4, ends / 4 + rows)
    arena.u8.fill(cellKind.text, kinds, kinds + rows)
    this.#rows = rows
    return { type: 'cells', starts, ends, kinds }
  }
}
