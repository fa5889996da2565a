// Nested values put together from their columns, as Dremel's paper has it.
// https://parquet.apache.org/docs/file-format/nestedencoding/
// https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#nested-types
import { Struct } from '../../value/value.ts'
import type { Value } from '../../value/value.ts'
import { damaged } from './faults.ts'
import type { Leaf, SchemaNode } from './schema.ts'

/** What the assembler reads of a column, entry by entry. */
export interface EntryCursor {
  readonly repetition: number
  readonly definition: number
  /** No entries are left in the row. */
  readonly isAtEnd: boolean
  /** Takes the entry; its value, or null when its definition level is below the leaf's. */
  take(): Value
}

export class Assembler {
  readonly #cursors: ReadonlyMap<Leaf, EntryCursor>
  /** For each node, the columns below it; the first tells what is there. */
  readonly #below = new Map<SchemaNode, EntryCursor[]>()

  constructor(cursors: ReadonlyMap<Leaf, EntryCursor>) {
    this.#cursors = cursors
  }

  /** The value of a node in the current row. Throws ParquetParsingError when the columns disagree. */
  value(node: SchemaNode): Value {
    if (node.repetition !== 'REPEATED') {
      return this.#first(node).definition < node.definition ? this.#absent(node) : this.#content(node)
    }
    // AWS: of a repeated field without LIST, the last value is given.
    return this.#items(node, () => this.#content(node)).at(-1) ?? null
  }

  #content(node: SchemaNode): Value {
    switch (node.shape) {
      case 'leaf':
        return this.#first(node).take()
      case 'struct':
        return new Struct(
          node.children.map(({ name }) => name),
          node.children.map((child) => this.value(child)),
        )
      case 'list':
        return this.#list(node)
      case 'map':
        return this.#map(node)
    }
  }

  #list(node: SchemaNode): Value {
    const [repeated] = node.children
    if (repeated === undefined) throw damaged('a list without elements')
    const [only] = repeated.children
    // Lists of two levels, from older writers: the repeated field itself is the element.
    const isElement =
      only === undefined ||
      repeated.children.length > 1 ||
      repeated.name === 'array' ||
      repeated.name === `${node.name}_tuple`
    return this.#items(repeated, () => (isElement ? this.#content(repeated) : this.value(only)))
  }

  #map(node: SchemaNode): Value {
    const [pairs] = node.children
    const [key, item] = pairs?.children ?? []
    if (pairs === undefined || key === undefined || item === undefined) throw damaged('a map without keys and values')
    const names: string[] = []
    const values: Value[] = []
    this.#items(pairs, () => {
      const name = this.value(key)
      names.push(typeof name === 'string' ? name : keyText(name))
      values.push(this.value(item))
      return null
    })
    return new Struct(names, values)
  }

  /** What a repeated node holds in its parent. */
  #items(node: SchemaNode, item: () => Value): Value[] {
    const first = this.#first(node)
    if (first.definition < node.definition) {
      this.#absent(node)
      return []
    }
    const items: Value[] = []
    do {
      items.push(item())
    } while (!first.isAtEnd && first.repetition === node.repetitionLevel)
    return items
  }

  /** Passes over the one entry each column has for something that is not there. */
  #absent(node: SchemaNode): null {
    for (const cursor of this.#cursorsOf(node)) cursor.take()
    return null
  }

  #first(node: SchemaNode): EntryCursor {
    const [first] = this.#cursorsOf(node)
    if (first === undefined || first.isAtEnd) throw damaged('the columns of a nested value disagree')
    return first
  }

  #cursorsOf(node: SchemaNode): EntryCursor[] {
    let cursors = this.#below.get(node)
    if (cursors === undefined) {
      const own = node.leaf === null ? undefined : this.#cursors.get(node.leaf)
      cursors = own === undefined ? node.children.flatMap((child) => this.#cursorsOf(child)) : [own]
      this.#below.set(node, cursors)
    }
    return cursors
  }
}

function keyText(key: Value): string {
  if (typeof key === 'bigint' || typeof key === 'number' || typeof key === 'boolean') return String(key)
  throw damaged('a map with keys that have no text')
}
