// About how much memory values take. No I/O, no clock.
import { Struct } from '../value/value.ts'
import type { Value } from '../value/value.ts'

/** Bytes, roughly: text by its length, everything else by what engines spend on an object. */
export function sizeOf(values: readonly Value[]): number {
  let bytes = 16
  for (const value of values) {
    if (typeof value === 'string') bytes += 24 + value.length
    else if (value instanceof Struct) bytes += 48 + sizeOf(value.values)
    else if (Array.isArray(value)) bytes += 24 + sizeOf(value)
    else bytes += 32
  }
  return bytes
}
