// JSON text as values of the language. No I/O, no clock.
import { cellKind } from '../../kernels/select/cells.ts'
import { JsonCursor, JsonFault, decodeString, jsonDepthMax } from '../../kernels/select/json-cursor.ts'
import { parseDecimal } from '../value/decimal.ts'
import { MISSING, Struct } from '../value/value.ts'
import type { Value } from '../value/value.ts'

export interface Span {
  start: number
  end: number
}

/** What a cell holds. Throws JsonFault. */
export function cellValue(bytes: Uint8Array, kind: number, span: Span): Value {
  switch (kind) {
    case cellKind.text:
      return decodeString(bytes, span.start, span.end, { escapes: false })
    case cellKind.escaped:
      return decodeString(bytes, span.start, span.end, { escapes: true })
    case cellKind.missing:
      return MISSING
    default:
      return jsonValue(bytes, span)
  }
}

/** The one value the bytes are. Throws JsonFault. */
export function jsonValue(bytes: Uint8Array, { start, end }: Span): Value {
  const cursor = new JsonCursor(bytes, start, end)
  cursor.skipBlanks()
  const value = readValue(cursor, 0)
  cursor.skipBlanks()
  if (cursor.at !== end) throw new JsonFault('syntax', cursor.at)
  return value
}

function readValue(cursor: JsonCursor, depth: number): Value {
  const { byte, bytes, at } = cursor
  if (byte === 0x22) {
    const escapes = cursor.passString()
    return decodeString(bytes, at + 1, cursor.at - 1, { escapes })
  }
  if (byte === 0x7b || byte === 0x5b) {
    if (depth === jsonDepthMax) throw new JsonFault('depth', at)
    return byte === 0x7b ? readObject(cursor, depth + 1) : readArray(cursor, depth + 1)
  }
  const first = cursor.passScalar()
  if (first === 0x6e) return null
  if (first === 0x74 || first === 0x66) return first === 0x74
  return numberValue(decodeString(bytes, at, cursor.at, { escapes: false }))
}

function readObject(cursor: JsonCursor, depth: number): Struct {
  cursor.at++
  const names: string[] = []
  const values: Value[] = []
  for (let isFirst = true; cursor.next(0x7d, { isFirst }); isFirst = false) {
    names.push(cursor.passKey())
    values.push(readValue(cursor, depth))
  }
  return new Struct(names, values)
}

function readArray(cursor: JsonCursor, depth: number): Value[] {
  cursor.at++
  const values: Value[] = []
  for (let isFirst = true; cursor.next(0x5d, { isFirst }); isFirst = false) {
    cursor.skipBlanks()
    values.push(readValue(cursor, depth))
  }
  return values
}

const integerMin = -(2n ** 63n)
const integerMax = 2n ** 63n - 1n

/** A whole number of 64 bits is an INT; every other one a DECIMAL that remembers how it was written. */
function numberValue(lexeme: string): Value {
  if (lexeme !== '-0' && lexeme.length <= 20 && /^-?\d+$/.test(lexeme)) {
    const value = BigInt(lexeme)
    if (value >= integerMin && value <= integerMax) return value
  }
  const value = parseDecimal(lexeme)
  if (value === null) throw new JsonFault('syntax', 0)
  return value
}
