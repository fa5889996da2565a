// What the kernels that write JSON are told: names, delimiter and where the columns lie.
import type { Arena } from '../../kernels/select/arena.ts'
import type { Vector } from '../../kernels/select/cells.ts'
import {
  jsonColumnBytes,
  jsonColumnFields,
  jsonColumnType,
  jsonPlanBytes,
  jsonPlanFields,
  jsonPlanFlag,
} from '../../kernels/select/write-json.ts'

const encoder = new TextEncoder()

export class JsonPlan {
  readonly address: number
  readonly #arena: Arena
  readonly #columns: number
  readonly #count: number

  constructor(
    arena: Arena,
    names: readonly string[],
    options: { delimiter: string; escapesAreJson: boolean; omitsNull: boolean },
  ) {
    this.#arena = arena
    this.#count = names.length
    this.address = arena.allocate(jsonPlanBytes)
    this.#columns = arena.allocate(names.length * jsonColumnBytes + 4)
    const delimiter = this.#text(options.delimiter)
    const flags =
      (options.escapesAreJson ? jsonPlanFlag.escapesAreJson : 0) | (options.omitsNull ? jsonPlanFlag.omitsNull : 0)
    this.set(jsonPlanFields.delimiter, delimiter.address)
    this.set(jsonPlanFields.delimiterLength, delimiter.length)
    this.set(jsonPlanFields.columns, this.#columns)
    this.set(jsonPlanFields.columnCount, names.length)
    this.set(jsonPlanFields.flags, flags)
    for (const [number, name] of names.entries()) {
      const text = this.#text(`,${JSON.stringify(name)}:`)
      this.#setColumn(number, { name: text.address, nameLength: text.length })
    }
  }

  get(field: number): number {
    return this.#arena.u32[(this.address + field) >> 2] ?? 0
  }

  set(field: number, value: number): void {
    this.#arena.u32[(this.address + field) >> 2] = value
  }

  /** Takes the columns' vectors. False when the kernel cannot write one of them. */
  take(vectors: readonly Vector[]): boolean {
    return vectors.length === this.#count && vectors.every((vector, number) => this.#takeVector(number, vector))
  }

  #takeVector(number: number, vector: Vector): boolean {
    if (vector.type === 'cells') {
      const { starts, ends, kinds } = vector
      this.#setColumn(number, { type: jsonColumnType.cells, starts, ends, kinds })
      return true
    }
    if (vector.type === 'int64' && vector.scale <= int64Digits) {
      const { values, kinds, scale } = vector
      this.#setColumn(number, { type: jsonColumnType.int64, values, kinds, scale })
      return true
    }
    if (vector.type !== 'dictionary' || vector.entries.type !== 'cells') return false
    const { starts, ends, kinds: entryKinds } = vector.entries
    this.#setColumn(number, {
      type: jsonColumnType.dictionary,
      starts,
      ends,
      entryKinds,
      kinds: vector.kinds,
      indices: vector.indices,
    })
    return true
  }

  #setColumn(number: number, fields: Partial<Record<keyof typeof jsonColumnFields, number>>): void {
    const address = this.#columns + number * jsonColumnBytes
    for (const [name, value] of Object.entries(fields)) {
      const offset = jsonColumnFields[name as keyof typeof jsonColumnFields]
      this.#arena.u32[(address + offset) >> 2] = value
    }
  }

  #text(text: string): { address: number; length: number } {
    const bytes = encoder.encode(text)
    const address = this.#arena.allocate(bytes.length + 1)
    this.#arena.u8.set(bytes, address)
    return { address, length: bytes.length }
  }
}

/** Powers of ten beyond this are none of 64 bits. */
const int64Digits = 18
