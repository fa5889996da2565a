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
  const bytes = () => new Uint8Array(memory.buffer)
  const word = (address: number) => new DataView(memory.buffer).getUint32(address, true)

  function decoded(start: number, end: number): string {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes().slice(start, end))
    } catch {
      throw new Stop(jsonStop.encoding)
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

  function cellText(kind: number, start: number, end: number, flags: number): string {
    switch (kind) {
      case cellKind.text:
        return JSON.stringify(decoded(start, end))
      case cellKind.escaped: {
        if ((flags & jsonPlanFlag.escapesAreJson) === 0) throw new Stop(jsonStop.other)
        const token = `"${decoded(start, end)}"`
        checkString(token)
        return token
      }
      case cellKind.nested:
        return compact(decoded(start, end))
      case cellKind.number:
        return decoded(start, end)
      case cellKind.true:
        return 'true'
      case cellKind.false:
        return 'false'
      default:
        return 'null'
    }
  }

  function int64Text(value: bigint, scale: number): string {
    const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0')
    const point = digits.length - scale
    return `${value < 0n ? '-' : ''}${digits.slice(0, point)}${scale === 0 ? '' : `.${digits.slice(point)}`}`
  }

  function columnText(column: number, row: number, kind: number, flags: number): string {
    const field = (name: keyof typeof jsonColumnFields) => word(column + jsonColumnFields[name])
    if (kind === cellKind.null) return 'null'
    if (field('type') === jsonColumnType.int64) {
      return int64Text(new DataView(memory.buffer).getBigInt64(field('values') + row * 8, true), field('scale'))
    }
    const isDictionary = field('type') === jsonColumnType.dictionary
    const entry = isDictionary ? word(field('indices') + row * 4) : row
    const cell = isDictionary ? (bytes()[field('entryKinds') + entry] ?? 0) : kind
    return cellText(cell, word(field('starts') + entry * 4), word(field('ends') + entry * 4), flags)
  }

  function membersText(plan: number, row: number): string {
    const flags = word(plan + jsonPlanFields.flags)
    let text = ''
    for (let number = 0; number < word(plan + jsonPlanFields.columnCount); number++) {
      const column = word(plan + jsonPlanFields.columns) + number * jsonColumnBytes
      const kind = bytes()[word(column + jsonColumnFields.kinds) + row] ?? 0
      if (kind === cellKind.missing || (kind === cellKind.null && (flags & jsonPlanFlag.omitsNull) !== 0)) continue
      const name = word(column + jsonColumnFields.name)
      text += decoded(name, name + word(column + jsonColumnFields.nameLength))
      text += columnText(column, row, kind, flags)
    }
    return `{${text.slice(1)}}`
  }

  /** Writes what `textOf` gives for each row until it throws Stop. */
  function write(plan: number, rows: number, count: number, textOf: (row: number) => string): number {
    const delimiter = word(plan + jsonPlanFields.delimiter)
    const delimiterLength = word(plan + jsonPlanFields.delimiterLength)
    const words = new Uint32Array(memory.buffer)
    let out = word(plan + jsonPlanFields.out)
    let stop: number = jsonStop.none
    let written = 0
    try {
      for (; written < count; written++) {
        const text = new TextEncoder().encode(textOf(word(rows + written * 4)))
        if (out + text.length + delimiterLength + slack > word(plan + jsonPlanFields.limit))
          throw new Stop(jsonStop.full)
        if (text.length + delimiterLength > word(plan + jsonPlanFields.recordMax)) throw new Stop(jsonStop.long)
        bytes().set(text, out)
        bytes().copyWithin(out + text.length, delimiter, delimiter + delimiterLength)
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

  return {
    jsonWriteColumns: (plan, rows, count) => write(plan, rows, count, (row) => membersText(plan, row)),

    jsonWriteRecords: (plan, starts, ends, kinds, rows, count) =>
      write(plan, rows, count, (row) => {
        if (bytes()[kinds + row] === cellKind.missing) return '{}'
        const text = compact(decoded(word(starts + row * 4), word(ends + row * 4)))
        return text.startsWith('{') ? text : `{"_1":${text}}`
      }),
  }
}
