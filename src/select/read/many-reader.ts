// Reads several objects as if they were one, with the key each record came from as a column.
import type { Selection, Vector } from '../../kernels/select/cells.ts'
import { assert } from '../../assert.ts'
import type { Batch, Hint, ObjectSource, RecordReader } from '../batch.ts'
import type { ColumnRef } from '../bind/bound.ts'
import type { Value } from '../value/value.ts'
import { KeyColumn } from './key-column.ts'
import type { ReaderSetup } from './open-reader.ts'

export interface KeyedSource {
  key: string
  source: ObjectSource
}

export interface ManySetup extends Omit<ReaderSetup, 'source'> {
  /** Each is asked for when the one before has been read. */
  objects: AsyncIterator<KeyedSource>
  /** Opens the reader of one. */
  open: (setup: ReaderSetup) => Promise<RecordReader>
}

/**
 * Opens the first object. What readers allocate is given back from one object to the next, so nobody else may allocate from
 * the arena as long as it is read. Throws what `open` and `objects` throw.
 */
export async function openMany(setup: ManySetup): Promise<RecordReader> {
  const reader = new ManyReader(setup)
  await reader.begin()
  return reader
}

/** Beyond all columns a record can have: a column of that number is MISSING. */
const noColumn = 2 ** 30

class ManyReader implements RecordReader {
  /** Of the first object; the columns of the others are found by name. None where there is no object at all. */
  names: readonly string[] | null = []
  readonly #setup: ManySetup
  readonly #mark: number
  #reader: RecordReader | null = null
  #batch: KeyedBatch
  #columns: readonly ColumnRef[] = []
  #hints: readonly Hint[] = []
  /** Of the objects before. */
  #scanned = 0
  #processed = 0
  #closed = false

  constructor(setup: ManySetup) {
    this.#setup = setup
    this.#mark = setup.arena.mark()
    this.#batch = new KeyedBatch(new KeyColumn(setup.arena))
  }

  get scanned(): number {
    return this.#scanned + (this.#reader?.scanned ?? 0)
  }

  get processed(): number {
    return this.#processed + (this.#reader?.processed ?? 0)
  }

  async begin(): Promise<void> {
    await this.#open()
    if (this.#reader !== null) this.names = this.#reader.names
  }

  start(columns: readonly ColumnRef[], hints: readonly Hint[]): void {
    this.#columns = columns
    // A literal to look for may be the key's, which stands in no record.
    this.#hints = columns.some(({ by }) => by === 'key') ? [] : hints
    this.#batch.start(columns)
    this.#reader?.start(columns, this.#hints)
  }

  async next(): Promise<Batch | null> {
    while (this.#reader !== null && !this.#closed) {
      const batch = await this.#reader.next()
      if (batch !== null) return this.#batch.of(batch)
      await this.#finish()
      await this.#open()
      this.#reader?.start(this.#columnsHere(), this.#hints)
    }
    return null
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#reader?.close()
  }

  /** The next object's reader; null behind the last. */
  async #open(): Promise<void> {
    const { objects, open, ...setup } = this.#setup
    const { done, value } = await objects.next()
    if (done === true || this.#closed) return
    setup.arena.release(this.#mark)
    this.#batch.begin(value.key)
    this.#reader = await open({ ...setup, source: value.source })
  }

  async #finish(): Promise<void> {
    const reader = this.#reader
    assert(reader !== null, 'An object that was read to its end was open')
    await reader.close()
    this.#reader = null
    this.#scanned += reader.scanned
    this.#processed += reader.processed
  }

  /** The columns by the names they have in the first object, where they stand in this one. */
  #columnsHere(): readonly ColumnRef[] {
    const here = this.#reader?.names ?? null
    const { names } = this
    if (names === null || here === null || isSame(names, here)) return this.#columns
    return this.#columns.map((column) => {
      const name = column.by === 'position' ? names[column.index] : undefined
      if (name === undefined) return column
      const index = here.indexOf(name)
      return { by: 'position', index: index < 0 ? noColumn : index }
    })
  }
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((name, index) => name === others[index])
}

/** A batch of one of the objects; one serves all. */
class KeyedBatch implements Batch {
  readonly #key: KeyColumn
  #isKey: readonly boolean[] = []
  #batch: Batch = { rows: 0, vector: () => ({ type: 'opaque' }), value: () => undefined, records: () => null }
  /** Dictionaries of different objects must not have the same number. */
  #firstDictionary = 0
  #lastDictionary = 0

  constructor(key: KeyColumn) {
    this.#key = key
  }

  get rows(): number {
    return this.#batch.rows
  }

  start(columns: readonly ColumnRef[]): void {
    this.#isKey = columns.map(({ by }) => by === 'key')
  }

  begin(key: string): void {
    this.#firstDictionary = this.#lastDictionary + 1
    this.#lastDictionary = this.#firstDictionary
    this.#key.begin(key)
  }

  of(batch: Batch): this {
    this.#batch = batch
    return this
  }

  vector(column: number, selection: Selection): Vector {
    if (this.#isKey[column] === true) return this.#key.vector(this.rows)
    const vector = this.#batch.vector(column, selection)
    if (vector.type !== 'dictionary') return vector
    // 0 is the key's, in every object.
    const id = this.#firstDictionary + vector.id + 1
    this.#lastDictionary = Math.max(this.#lastDictionary, id)
    return { ...vector, id }
  }

  value(column: number, row: number): Value {
    return this.#isKey[column] === true ? this.#key.key : this.#batch.value(column, row)
  }

  records(selection: Selection): Vector | null {
    return this.#batch.records(selection)
  }
}
