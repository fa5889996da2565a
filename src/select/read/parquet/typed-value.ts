// One value of a column, as S3 Select's language has it. No I/O, no clock.
// https://github.com/apache/parquet-format/blob/master/LogicalTypes.md
import { S3Error } from '../../../errors.ts'
import { Decimal } from '../../value/decimal.ts'
import { Timestamp } from '../../value/timestamp.ts'
import type { Value } from '../../value/value.ts'
import { unsupportedType } from './faults.ts'
import type { ValueArrays } from './plain-values.ts'
import type { RegionPool } from './region-pool.ts'
import type { Leaf } from './schema.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const nanosecondsPerDay = 86_400_000_000_000n

/**
 * The value at an index, which is not null; booleans lie elsewhere. Throws InvalidTextEncoding for text that is not UTF-8,
 * UnsupportedParquetType.
 */
export function valueAt(pool: RegionPool, leaf: Leaf, at: { arrays: ValueArrays; index: number }): Value {
  const { arrays, index } = at
  const { meaning } = leaf
  switch (meaning.meaning) {
    case 'boolean':
      return pool.u8[arrays.values + index] === 3
    case 'float':
      return pool.f64[arrays.values / 8 + index] ?? null
    case 'text':
      return textOf(bytesAt(pool, arrays, index))
    case 'uuid':
      return uuidOf(bytesAt(pool, arrays, index))
    case 'unsupported':
      throw unsupportedType(meaning.type)
    case 'decimal': {
      const unscaled = leaf.storage === 'i64' ? integerAt(pool, arrays, index) : bigEndian(bytesAt(pool, arrays, index))
      return new Decimal(unscaled, meaning.scale)
    }
    case 'integer':
      return integerAt(pool, arrays, index)
    case 'unsigned': {
      const value = BigInt.asUintN(64, integerAt(pool, arrays, index))
      return value < 1n << 63n ? value : new Decimal(value, 0)
    }
    case 'date':
      return new Timestamp({
        nanoseconds: integerAt(pool, arrays, index) * nanosecondsPerDay,
        precision: 'day',
        offsetMinutes: null,
      })
    case 'timestamp':
      return new Timestamp({
        nanoseconds: integerAt(pool, arrays, index) * 10n ** BigInt(9 - meaning.fractionDigits),
        precision: 'fraction',
        fractionDigits: meaning.fractionDigits,
        // A moment of local time has no known offset.
        offsetMinutes: meaning.utc ? 0 : null,
      })
  }
}

function integerAt(pool: RegionPool, { values }: ValueArrays, index: number): bigint {
  return pool.i64[values / 8 + index] ?? 0n
}

function bytesAt(pool: RegionPool, { starts, ends }: ValueArrays, index: number): Uint8Array {
  return pool.u8.subarray(pool.u32[starts / 4 + index] ?? 0, pool.u32[ends / 4 + index] ?? 0)
}

function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw new S3Error('InvalidTextEncoding', { cause })
  }
}

function uuidOf(bytes: Uint8Array): string {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** Big-endian two's complement. */
function bigEndian(bytes: Uint8Array): bigint {
  let value = 0n
  for (const byte of bytes) value = (value << 8n) | BigInt(byte)
  return bytes.length === 0 ? 0n : BigInt.asIntN(bytes.length * 8, value)
}
