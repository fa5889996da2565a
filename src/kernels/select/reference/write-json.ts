import type { KernelMemory } from '../arena.ts'
import { cellKind } from '../cells.ts'
import type { WriteJsonKernels } from '../write-json.ts'
import {
  jsonColumnBytes,
  jsonColumnFields,
  jsonColumnType,
  jsonPlanFields,
  jsonPlanFlag,
  jsonStop,
} from '../write-json.ts'

/** The record cannot be written: one of `jsonStop`. */
class Stop extends Error {
  readonly stop: number
  constructor(stop: number) {
    super('stop')
    this.stop = stop
  }
}

/** As much as the WebAssembly kernels keep free. */
const slack = 96

export function writeJsonReference(memory: KernelMemory): WriteJsonKernels {
  const writer = new Writer(memory)
  return {
    jsonWriteColumns: (plan, rows, count) => writer.columns(plan, rows, count),
    jsonWriteRecords: (plan, starts, ends, kinds, rows, count) =>
      writer.records(plan, { starts, ends, kinds }, rows, count),
  }
}

class Writer {
  readonly #memory: KernelMemory

  constructor(memory: KernelMemory) {
    this.#memory = memory
  }

  get #bytes(): Uint8Array {
    return new Uint8Array(this.#memory.buffer)
  }

  #word(address: number): number {
    return new DataView(this.#memory.buffer).getUint32(address, true)
  }

  #decoded(start: number, end: number): string {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.#bytes.slice(start, end))
    } catch {
      throw new Stop(jsonStop.encoding)
    }
  }

  #cellText(kind: number, start: number, end: number, flags: number): string {
    switch (kind) {
      case cellKind.text:
        return JSON.stringify(this.#decoded(start, end))
      case cellKind.escaped: {
        if ((flags & jsonPlanFlag.escapesAreJson) === 0) throw new Stop(jsonStop.other)
        const token = `"${this.#decoded(start, end)}"`
        checkString(token)
        return JSON.stringify(JSON.parse(token))
      }
      case cellKind.nested:
        return compact(this.#decoded(start, end))
      case cellKind.number:
        return this.#decoded(start, end)
      case cellKind.true:
        return 'true'
      case cellKind.false:
        return 'false'
      default:
        return 'null'
    }
  }

  #columnText(column: number, row: number, kind: number, flags: number): string {
    const field = (name: keyof typeof jsonColumnFields) => this.#word(column + jsonColumnFields[name])
    if (kind === cellKind.null) return 'null'
    if (field('type') === jsonColumnType.int64) {
      return int64Text(new DataView(this.#memory.buffer).getBigInt64(field('values') + row * 8, true), field('scale'))
    }
    const isDictionary = field('type') === jsonColumnType.dictionary
    const entry = isDictionary ? this.#word(field('indices') + row * 4) : row
    const cell = isDictionary ? (this.#bytes[field('entryKinds') + entry] ?? 0) : kind
    return this.#cellText(cell, this.#word(field('starts') + entry * 4), this.#word(field('ends') + entry * 4), flags)
  }

  #membersText(plan: number, row: number): string {
    const flags = this.#word(plan + jsonPlanFields.flags)
    let text = ''
    for (let number = 0; number < this.#word(plan + jsonPlanFields.columnCount); number++) {
      const column = this.#word(plan + jsonPlanFields.columns) + number * jsonColumnBytes
      const kind = this.#bytes[this.#word(column + jsonColumnFields.kinds) + row] ?? 0
      if (kind === cellKind.missing || (kind === cellKind.null && (flags & jsonPlanFlag.omitsNull) !== 0)) continue
      const name = this.#word(column + jsonColumnFields.name)
      text += this.#decoded(name, name + this.#word(column + jsonColumnFields.nameLength))
      text += this.#columnText(column, row, kind, flags)
    }
    return `{${text.slice(1)}}`
  }

  /** Writes what `textOf` gives for each row until it throws Stop. */
  #write(plan: number, rows: number, count: number, textOf: (row: number) => string): number {
    const delimiter = this.#word(plan + jsonPlanFields.delimiter)
    const delimiterLength = this.#word(plan + jsonPlanFields.delimiterLength)
    const words = new Uint32Array(this.#memory.buffer)
    let out = this.#word(plan + jsonPlanFields.out)
    let stop: number = jsonStop.none
    let written = 0
    try {
      for (; written < count; written++) {
        const text = new TextEncoder().encode(textOf(this.#word(rows + written * 4)))
        if (out + text.length + delimiterLength + slack > this.#word(plan + jsonPlanFields.limit))
          throw new Stop(jsonStop.full)
        if (text.length + delimiterLength > this.#word(plan + jsonPlanFields.recordMax)) throw new Stop(jsonStop.long)
        this.#bytes.set(text, out)
        this.#bytes.copyWithin(out + text.length, delimiter, delimiter + delimiterLength)
        out += text.length + delimiterLength
      }
    } catch (error) {
      if (!(error instanceof Stop)) throw error
      stop = error.stop
    }
    words[(plan + jsonPlanFields.out) >> 2] = out
    words[(plan + jsonPlanFields.stop) >> 2] = stop
    return written
  }

  columns(plan: number, rows: number, count: number): number {
    return this.#write(plan, rows, count, (row) => this.#membersText(plan, row))
  }

  records(plan: number, cells: { starts: number; ends: number; kinds: number }, rows: number, count: number): number {
    return this.#write(plan, rows, count, (row) => {
      if (this.#bytes[cells.kinds + row] === cellKind.missing) return '{}'
      const text = compact(this.#decoded(this.#word(cells.starts + row * 4), this.#word(cells.ends + row * 4)))
      return text.startsWith('{') ? text : `{"_1":${text}}`
    })
  }
}

/** JSON text without white space outside its strings. */
function compact(text: string): string {
  return text.replaceAll(/"(?:[^"\\]|\\[^])*"|[\0-\x20]+/g, (token) => {
    if (!token.startsWith('"')) return ''
    checkString(token)
    return token
  })
}

function checkString(token: string): void {
  try {
    JSON.parse(token)
  } catch {
    throw new Stop(jsonStop.syntax)
  }
}

function int64Text(value: bigint, scale: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0')
  const point = digits.length - scale
  return `${value < 0n ? '-' : ''}${digits.slice(0, point)}${scale === 0 ? '' : `.${digits.slice(point)}`}`
}
