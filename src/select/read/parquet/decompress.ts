// Page bodies decompressed into kernel memory.
// https://github.com/apache/parquet-format/blob/master/Compression.md
import * as zlib from 'node:zlib'
import { S3Error } from '../../../errors.ts'
import { codecStatus } from '../../../kernels/select/codec.ts'
import { damaged } from './faults.ts'
import type { ScanContext } from './scan-context.ts'

export interface Compressed {
  codec: string
  /** Where the bytes lie. */
  address: number
  bytes: number
  /** Bytes they must decompress to. */
  expected: number
  /** A region for them, where there is one already. */
  target?: number
}

/**
 * The address of the decompressed bytes: a region of the pool, or the same address when the codec is UNCOMPRESSED. Throws
 * ParquetParsingError, ParquetUnsupportedCompressionCodec, OverMaxParquetBlockSize.
 */
export function decompress(context: ScanContext, compressed: Compressed): number {
  const { codec, address, bytes, expected } = compressed
  if (codec === 'UNCOMPRESSED') {
    if (bytes !== expected) throw damaged('the sizes of an uncompressed page differ')
    return address
  }
  const decode = decoderOf(codec)
  const target = compressed.target ?? context.pool.allocate(expected)
  // A page of nulls has no values, and need not have anything compressed either.
  if (bytes > 0 || expected > 0) decode(context, compressed, target)
  return target
}

/** Throws ParquetUnsupportedCompressionCodec for codecs that are not read. */
export function checkCodec(codec: string): void {
  if (codec !== 'UNCOMPRESSED') decoderOf(codec)
}

type Decoder = (context: ScanContext, compressed: Compressed, target: number) => void

function decoderOf(codec: string): Decoder {
  switch (codec) {
    case 'SNAPPY':
      return snappy
    case 'LZ4_RAW':
      return (context, compressed, target) => block(context, compressed, { target, codec: 'lz4Decode' })
    case 'GZIP':
      return byZlib(zlib.gunzipSync)
    case 'BROTLI':
      return byZlib(zlib.brotliDecompressSync)
    case 'ZSTD':
      // Not every version of the runtime has it.
      if (typeof zlib.zstdDecompressSync === 'function') return byZlib(zlib.zstdDecompressSync)
  }
  throw new S3Error('ParquetUnsupportedCompressionCodec', { reason: codec })
}

function byZlib(decode: (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array): Decoder {
  return ({ pool }, { address, bytes, expected }, target) => {
    let output: Uint8Array
    try {
      output = decode(pool.u8.subarray(address, address + bytes), { maxOutputLength: Math.max(expected, 1) })
    } catch (error) {
      throw damaged('a page does not decompress', error)
    }
    if (output.length !== expected) throw damaged('a page decompresses to another size than it says')
    pool.u8.set(output, target)
  }
}

const snappy: Decoder = (context, compressed, target) => {
  const { address, bytes, expected } = compressed
  const preamble = snappyLength(context.pool.u8.subarray(address, address + Math.min(bytes, 5)))
  if (preamble.length !== expected) throw damaged('a page decompresses to another size than it says')
  const rest = { ...compressed, address: address + preamble.bytes, bytes: bytes - preamble.bytes }
  block(context, rest, { target, codec: 'snappyDecode' })
}

/** The length that stands before snappy's elements, and how many bytes it takes. */
export function snappyLength(start: Uint8Array): { length: number; bytes: number } {
  let length = 0
  for (const [index, byte] of start.entries()) {
    length += (byte & 127) * 2 ** (7 * index)
    if (byte < 128) return { length, bytes: index + 1 }
  }
  throw damaged('snappy without a length')
}

/** The whole of a block at once. */
function block(
  { kernels, pool, state }: ScanContext,
  { address, bytes, expected }: Compressed,
  { target, codec }: { target: number; codec: 'snappyDecode' | 'lz4Decode' },
): void {
  pool.u32.set([address, address + bytes, target, target + expected, target, 0, 0, 0, 0, 0], state / 4)
  const status = expected === 0 ? codecStatus.full : kernels[codec](state)
  const [source, , written] = pool.u32.subarray(state / 4, state / 4 + 3)
  const whole = expected === 0 || (source === address + bytes && written === target + expected)
  if (status === codecStatus.corrupt || !whole) throw damaged('a page does not decompress')
}
