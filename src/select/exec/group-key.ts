// Keys of groups as bytes: what the kernel's table holds, and the values they stand for. No I/O, no clock.
import { groupTag } from '../../kernels/select/group.ts'
import { canonicalKey, isNumeric, toDecimal } from '../value/compare.ts'
import { formatDecimal, trimDecimal } from '../value/decimal.ts'
import { parseNumber } from '../value/number.ts'
import { MISSING } from '../value/value.ts'
import type { Value } from '../value/value.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true })

/** Digits that the kernel takes for a plain number. */
const plainDigitsMax = 18

/** The key's bytes; equal for values that are one group. */
export function encodeKey(values: readonly Value[]): Uint8Array {
  const parts = values.map(partOf)
  const bytes = new Uint8Array(parts.reduce((sum, { text }) => sum + 8 + text.length, 0))
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const { tag, text } of parts) {
    view.setUint32(at, tag, true)
    view.setUint32(at + 4, text.length, true)
    bytes.set(text, at + 8)
    at += 8 + text.length
  }
  return bytes
}

const empty = new Uint8Array()

function partOf(value: Value): { tag: number; text: Uint8Array } {
  if (value === null) return { tag: groupTag.null, text: empty }
  if (value === undefined) return { tag: groupTag.missing, text: empty }
  if (typeof value === 'string') return { tag: groupTag.text, text: encoder.encode(value) }
  if (typeof value === 'boolean') return { tag: value ? groupTag.true : groupTag.false, text: empty }
  const plain = isNumeric(value) && (typeof value !== 'number' || Number.isFinite(value)) ? plainNumber(value) : null
  if (plain !== null) return { tag: groupTag.number, text: encoder.encode(plain) }
  return { tag: groupTag.other, text: encoder.encode(canonicalKey(value)) }
}

/** The one way a number is written; null where that has too many digits for the kernel to see it as one. */
function plainNumber(value: Parameters<typeof toDecimal>[0]): string | null {
  const decimal = trimDecimal(toDecimal(value))
  if (Math.abs(decimal.scale) > plainDigitsMax) return null
  const text = formatDecimal(decimal)
  return text.replace(/[-.]/g, '').length <= plainDigitsMax ? text : null
}

/** The values of a key that came from plain cells. */
export function decodeKey(memory: Uint8Array, address: number, keyCount: number): Value[] {
  const values: Value[] = []
  let at = address
  for (let part = 0; part < keyCount; part++) {
    const length = wordAt(memory, at + 4)
    values.push(valueOf(wordAt(memory, at), memory, at + 8, length))
    at += 8 + length
  }
  return values
}

function wordAt(memory: Uint8Array, at: number): number {
  const [a = 0, b = 0] = [memory[at], memory[at + 1]]
  const [c = 0, d = 0] = [memory[at + 2], memory[at + 3]]
  return a + (b << 8) + (c << 16) + d * 2 ** 24
}

function valueOf(tag: number, memory: Uint8Array, at: number, length: number): Value {
  if (tag === groupTag.text) return textOf(memory, at, length)
  if (tag === groupTag.number) return parseNumber(textOf(memory, at, length))
  if (tag === groupTag.true) return true
  if (tag === groupTag.false) return false
  return tag === groupTag.null ? null : MISSING
}

/** Decoders take their time to begin: short text is quicker letter by letter. */
const shortBytesMax = 24

function textOf(memory: Uint8Array, at: number, length: number): string {
  let text = ''
  if (length <= shortBytesMax) {
    let i = 0
    for (; i < length; i++) {
      const byte = memory[at + i] ?? 0
      if (byte > 0x7f) break
      text += String.fromCharCode(byte)
    }
    if (i === length) return text
  }
  return decoder.decode(memory.subarray(at, at + length))
}
