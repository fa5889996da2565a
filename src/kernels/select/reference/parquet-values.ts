import type { KernelMemory } from '../arena.ts'
import { cellKind } from '../cells.ts'
import type { ParquetKernels } from '../parquet.ts'

/** The kernels of values, as wasm/parquet-values.ts has them. */
type ValueKernels = Pick<
  ParquetKernels,
  | 'plainCells'
  | 'plainSkip'
  | 'fixedCells'
  | 'widenI32'
  | 'widenU32'
  | 'widenF32'
  | 'widenF16'
  | 'bigEndianToI64'
  | 'bigEndianCellsToI64'
  | 'bitsToKinds'
  | 'bytesToKinds'
  | 'deltaDecode'
  | 'sumLengths'
  | 'joinLengths'
  | 'joinPrefixes'
  | 'mergeStreams'
  | 'isUtf8'
>

type ByteKernel = 'bitsToKinds' | 'bytesToKinds' | 'mergeStreams' | 'isUtf8' | 'bigEndianToI64' | 'bigEndianCellsToI64'
type EncodingKernel = 'deltaDecode' | 'sumLengths' | 'joinLengths' | 'joinPrefixes'

/** Numbers of DELTA_BINARY_PACKED, one after the other. Throws a RangeError where the input ends. */
class DeltaInput {
  readonly #bytes: Uint8Array
  at: number
  readonly end: number

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.#bytes = bytes
    this.at = at
    this.end = end
  }

  byte(): bigint {
    if (this.at >= this.end) throw new RangeError('The input ends')
    this.at += 1
    return BigInt(this.#bytes[this.at - 1] ?? 0)
  }

  varint(bytesMax: number): bigint {
    let value = 0n
    for (let index = 0n; index < bytesMax; index += 1n) {
      const byte = this.byte()
      value |= (byte & 127n) << (7n * index)
      if (byte < 128n) return value
    }
    throw new RangeError('The number does not end')
  }

  zigzag(): bigint {
    const value = BigInt.asUintN(64, this.varint(10))
    return (value >> 1n) ^ -(value & 1n)
  }

  /** A value of `width` bits, `bit` bits after the current byte. */
  packed(bit: number, width: number): bigint {
    let value = 0n
    for (let index = 0; index < width; index += 1) {
      const at = bit + index
      value |= BigInt(((this.#bytes[this.at + (at >> 3)] ?? 0) >> (at & 7)) & 1) << BigInt(index)
    }
    return value
  }
}

/** The values, and the address after them. Throws a RangeError when there are not exactly `count`. */
function deltas(input: DeltaInput, count: number): bigint[] {
  const blockValues = Number(input.varint(9))
  const miniBlocks = Number(input.varint(9))
  if (Number(input.varint(9)) !== count || blockValues === 0 || miniBlocks === 0) throw new RangeError('Not the count')
  const perMini = blockValues / miniBlocks
  if (!Number.isInteger(perMini) || perMini % 8 !== 0 || miniBlocks > 0xffff || perMini > 0xffffff) {
    throw new RangeError('No whole miniblocks')
  }
  let value = input.zigzag()
  if (count === 0) return []
  const values = [value]
  while (values.length < count) {
    const least = input.zigzag()
    const widths = Array.from({ length: miniBlocks }, () => Number(input.byte()))
    for (const width of widths) {
      if (values.length === count) break
      const take = Math.min(perMini, count - values.length)
      const available = input.end - input.at
      if (width > 64 || Math.ceil((take * width) / 8) > available) throw new RangeError('The input ends')
      for (let index = 0; index < take; index += 1) {
        value = BigInt.asIntN(64, value + least + input.packed(index * width, width))
        values.push(value)
      }
      input.at += Math.min((perMini / 8) * width, available)
    }
  }
  return values
}

function bigEndian(bytes: Uint8Array): bigint | null {
  let value = 0n
  for (const byte of bytes) value = (value << 8n) | BigInt(byte)
  if (bytes.length > 0) value = BigInt.asIntN(bytes.length * 8, value)
  return BigInt.asIntN(64, value) === value ? value : null
}

function plainReference(memory: KernelMemory): Omit<ValueKernels, EncodingKernel | ByteKernel> {
  const view = () => new DataView(memory.buffer)

  /** Reads byte arrays, giving the address and length of each to `use`. */
  function plain(state: number, count: number, use: (index: number, at: number, length: number) => void): number {
    let at = view().getUint32(state, true)
    const end = view().getUint32(state + 4, true)
    let index = 0
    while (index < count && end - at >= 4) {
      const length = view().getUint32(at, true)
      if (length > end - at - 4) break
      use(index, at + 4, length)
      at += 4 + length
      index += 1
    }
    view().setUint32(state, at, true)
    return index
  }

  function widen(from: number, out: number, facts: { count: number; width: number; read: (at: number) => number }) {
    for (let index = 0; index < facts.count; index += 1) {
      view().setFloat64(out + index * 8, facts.read(from + index * facts.width), true)
    }
  }

  function widenInteger(from: number, out: number, facts: { count: number; read: (at: number) => number }) {
    for (let index = 0; index < facts.count; index += 1) {
      view().setBigInt64(out + index * 8, BigInt(facts.read(from + index * 4)), true)
    }
  }

  function half(at: number): number {
    const bits = view().getUint16(at, true)
    const exponent = (bits >> 10) & 31
    const fraction = bits & 1023
    const sign = bits >> 15 === 1 ? -1 : 1
    if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15))
  }

  return {
    plainCells(state, starts, ends, count) {
      return plain(state, count, (index, at, length) => {
        view().setUint32(starts + index * 4, at, true)
        view().setUint32(ends + index * 4, at + length, true)
      })
    },
    plainSkip: (state, count) => plain(state, count, () => {}),
    fixedCells(from, width, starts, ends, count) {
      for (let index = 0; index < count; index += 1) {
        view().setUint32(starts + index * 4, from + index * width, true)
        view().setUint32(ends + index * 4, from + (index + 1) * width, true)
      }
    },
    widenI32: (from, out, count) => widenInteger(from, out, { count, read: (at) => view().getInt32(at, true) }),
    widenU32: (from, out, count) => widenInteger(from, out, { count, read: (at) => view().getUint32(at, true) }),
    widenF32: (from, out, count) => widen(from, out, { count, width: 4, read: (at) => view().getFloat32(at, true) }),
    widenF16: (from, out, count) => widen(from, out, { count, width: 2, read: half }),
  }
}

function encodingReference(memory: KernelMemory): Pick<ValueKernels, EncodingKernel> {
  const bytes = () => new Uint8Array(memory.buffer)
  const view = () => new DataView(memory.buffer)
  return {
    deltaDecode(from, end, out, count, width) {
      const input = new DeltaInput(bytes(), from, end)
      try {
        for (const [index, value] of deltas(input, count).entries()) {
          if (width === 4) view().setInt32(out + index * 4, Number(BigInt.asIntN(32, value)), true)
          else view().setBigInt64(out + index * 8, value, true)
        }
        return input.at
      } catch (error) {
        if (error instanceof RangeError) return 0
        throw error
      }
    },
    sumLengths(lengths, count) {
      let sum = 0
      for (let index = 0; index < count; index += 1) {
        const length = view().getInt32(lengths + index * 4, true)
        if (length < 0) return 0xffffffff
        sum += length
      }
      return Math.min(sum, 0xffffffff)
    },
    joinLengths(lengths, count, data, out) {
      for (let index = 0; index < count; index += 1) {
        const length = view().getUint32(lengths + index * 4, true)
        view().setUint32(out, length, true)
        bytes().copyWithin(out + 4, data, data + length)
        out += 4 + length
        data += length
      }
    },
    joinPrefixes(prefixes, suffixes, count, data, out, bare) {
      let before = new Uint8Array(0)
      for (let index = 0; index < count; index += 1) {
        const prefix = view().getUint32(prefixes + index * 4, true)
        const suffix = view().getUint32(suffixes + index * 4, true)
        if (prefix > before.length) return 0
        const value = Uint8Array.of(...before.subarray(0, prefix), ...bytes().subarray(data, data + suffix))
        if (bare === 0) {
          view().setUint32(out, value.length, true)
          out += 4
        }
        bytes().set(value, out)
        out += value.length
        data += suffix
        before = value
      }
      return 1
    },
  }
}

function byteReference(memory: KernelMemory): Pick<ValueKernels, ByteKernel> {
  const bytes = () => new Uint8Array(memory.buffer)
  const view = () => new DataView(memory.buffer)

  function setBigEndian(start: number, end: number, out: number): boolean {
    const value = bigEndian(bytes().subarray(start, end))
    if (value !== null) view().setBigInt64(out, value, true)
    return value !== null
  }

  return {
    bitsToKinds(from, bit, out, count) {
      for (let index = 0; index < count; index += 1) {
        const isSet = (view().getUint8(from + ((bit + index) >> 3)) >> ((bit + index) & 7)) & 1
        view().setUint8(out + index, isSet === 1 ? cellKind.true : cellKind.false)
      }
    },
    bytesToKinds(from, count) {
      for (let at = from; at < from + count; at += 1) {
        view().setUint8(at, view().getUint8(at) === 0 ? cellKind.false : cellKind.true)
      }
    },
    mergeStreams(from, count, width, out) {
      for (let index = 0; index < count; index += 1) {
        for (let byte = 0; byte < width; byte += 1) {
          view().setUint8(out + index * width + byte, view().getUint8(from + byte * count + index))
        }
      }
    },
    isUtf8(from, end) {
      try {
        new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes().subarray(from, end))
        return 1
      } catch {
        return 0
      }
    },
    bigEndianToI64(from, width, out, count) {
      for (let index = 0; index < count; index += 1) {
        if (!setBigEndian(from + index * width, from + (index + 1) * width, out + index * 8)) return index
      }
      return count
    },
    bigEndianCellsToI64(starts, ends, out, count) {
      for (let index = 0; index < count; index += 1) {
        const start = view().getUint32(starts + index * 4, true)
        if (!setBigEndian(start, view().getUint32(ends + index * 4, true), out + index * 8)) return index
      }
      return count
    },
  }
}

export function parquetValuesReference(memory: KernelMemory): ValueKernels {
  return { ...plainReference(memory), ...byteReference(memory), ...encodingReference(memory) }
}
