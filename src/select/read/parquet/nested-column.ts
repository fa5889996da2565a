// Nested values of a batch: the columns below a node read together.
import { MISSING, Struct } from '../../value/value.ts'
import type { Value } from '../../value/value.ts'
import type { PathStep } from '../../bind/bound.ts'
import { Assembler } from './assemble.ts'
import type { EntryCursor } from './assemble.ts'
import { damaged } from './faults.ts'
import type { NestedLeaf } from './nested-leaf.ts'
import { leavesOf } from './schema.ts'
import type { Leaf, SchemaNode } from './schema.ts'

/** Entries of a column with repetition levels. */
class NestedCursor implements EntryCursor {
  readonly #leaf: NestedLeaf
  #at = 0
  #end = 0
  #value = 0

  constructor(leaf: NestedLeaf) {
    this.#leaf = leaf
  }

  moveTo(row: number): void {
    const { start, end, value } = this.#leaf.span(row)
    this.#at = start
    this.#end = end
    this.#value = value
  }

  get repetition(): number {
    return this.#leaf.repetitions[this.#at] ?? 0
  }

  get definition(): number {
    return this.#leaf.definitions[this.#at] ?? 0
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#end
  }

  take(): Value {
    if (this.isAtEnd) throw damaged('the columns of a nested value disagree')
    const isThere = this.definition === this.#leaf.leaf.definitionMax
    this.#at += 1
    if (!isThere) return null
    this.#value += 1
    return this.#leaf.valueAt(this.#value - 1)
  }
}

/** Assembles the values of one node. */
export class NestedColumn {
  readonly #node: SchemaNode
  readonly #cursors: NestedCursor[]
  readonly #assembler: Assembler

  constructor(node: SchemaNode, columns: ReadonlyMap<Leaf, NestedLeaf>) {
    this.#node = node
    const cursors = new Map<Leaf, NestedCursor>()
    for (const leaf of leavesOf(node)) {
      const column = columns.get(leaf)
      if (column !== undefined) cursors.set(leaf, new NestedCursor(column))
    }
    this.#cursors = [...cursors.values()]
    this.#assembler = new Assembler(cursors)
  }

  /** The value in a row of the batch. Throws ParquetParsingError when the columns disagree. */
  value(row: number): Value {
    if (this.#cursors.length === 0) return null
    for (const cursor of this.#cursors) cursor.moveTo(row)
    const value = this.#assembler.value(this.#node)
    if (!this.#cursors.every(({ isAtEnd }) => isAtEnd)) throw damaged('the columns of a nested value disagree')
    return value
  }
}

/** What steps into a value lead to; MISSING where there is nothing. */
export function follow(value: Value, steps: readonly PathStep[]): Value {
  let at = value
  for (const step of steps) {
    if (step.step === 'index') at = Array.isArray(at) ? (at as readonly Value[])[step.index] : MISSING
    else if (step.step === 'key' && at instanceof Struct) at = at.values[fieldOf(at, step.name, step.caseSensitive)]
    else return MISSING
  }
  return at
}

function fieldOf(struct: Struct, name: string, caseSensitive: boolean): number {
  return struct.names.findIndex((own) => {
    return caseSensitive ? own === name : own.toLowerCase() === name.toLowerCase()
  })
}
