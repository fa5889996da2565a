// The encodings of values other than PLAIN and dictionaries, turned into PLAIN.
// https://github.com/apache/parquet-format/blob/master/Encodings.md
import { S3Error } from '../../../errors.ts'
import { hybridStateBytes } from '../../../kernels/select/parquet.ts'
import { damaged } from './faults.ts'
import { plainWidth } from './plain-values.ts'
import type { ScanContext } from './scan-context.ts'
import type { Leaf } from './schema.ts'

/** As the format numbers them. */
export const encoding = {
  plain: 0,
  plainDictionary: 2,
  rle: 3,
  deltaBinaryPacked: 5,
  deltaLengthByteArray: 6,
  deltaByteArray: 7,
  rleDictionary: 8,
  byteStreamSplit: 9,
} as const

export interface EncodedValues {
  encoding: number
  /** Where the bytes of the values lie. */
  from: number
  end: number
  /** Values that are there. */
  count: number
}

export interface PlainBytes {
  from: number
  end: number
  /** A region to give back afterwards; 0 for none. */
  region: number
}

/** Values up to this many bytes are decoded beside their page; a page that would grow beyond is refused. */
const expandedBytesMax = 24 * 1024 * 1024

/**
 * The values in the PLAIN encoding; booleans as a cellKind each. Throws ParquetParsingError, OverMaxParquetBlockSize.
 */
export function toPlain(context: ScanContext, leaf: Leaf, values: EncodedValues): PlainBytes {
  if (leaf.physical === 'BOOLEAN') return booleans(context, values)
  const ofBytes = leaf.physical === 'BYTE_ARRAY'
  switch (values.encoding) {
    case encoding.plain:
      return { from: values.from, end: values.end, region: 0 }
    case encoding.deltaBinaryPacked:
      if (leaf.physical === 'INT32' || leaf.physical === 'INT64') return packedIntegers(context, leaf, values)
      break
    case encoding.deltaLengthByteArray:
      if (ofBytes) return byLengths(context, values)
      break
    case encoding.deltaByteArray:
      if (ofBytes || leaf.physical === 'FIXED_LEN_BYTE_ARRAY') return byPrefixes(context, leaf, values)
      break
    case encoding.byteStreamSplit:
      if (!ofBytes) return byStreams(context, leaf, values)
      break
  }
  throw damaged(`encoding ${values.encoding} for ${leaf.physical}`)
}

/** A region for values, of which there may be very many in few bytes. */
function room({ pool }: ScanContext, bytes: number): number {
  if (bytes > expandedBytesMax) throw new S3Error('OverMaxParquetBlockSize', { reason: `a page of ${bytes} bytes` })
  return pool.allocate(bytes)
}

function booleans(context: ScanContext, { encoding: how, from, end, count }: EncodedValues): PlainBytes {
  const { kernels, pool } = context
  const region = room(context, count)
  if (how === encoding.plain) {
    if (Math.ceil(count / 8) > end - from) throw damaged('a page has too few booleans')
    kernels.bitsToKinds(from, 0, region, count)
  } else if (how === encoding.rle) {
    const { from: start, end: stop } = lengthPrefixed(context, from, end)
    const state = pool.allocate(hybridStateBytes)
    pool.u32.set([start, stop, 1, 0, 0, 0, 0, 0], state / 4)
    const found = kernels.hybridDecodeBytes(state, region, count)
    pool.free(state)
    if (found !== count) throw damaged('a page has too few booleans')
    kernels.bytesToKinds(region, count)
  } else {
    throw damaged(`encoding ${how} for booleans`)
  }
  return { from: region, end: region + count, region }
}

/** A stretch of bytes with its length (u32) before it. */
export function lengthPrefixed({ pool }: ScanContext, from: number, end: number): { from: number; end: number } {
  if (end - from < 4) throw damaged('a page ends in a length')
  const { buffer } = pool.u8
  const length = new DataView(buffer).getUint32(from, true)
  if (length > end - from - 4) throw damaged('a page ends in its levels')
  return { from: from + 4, end: from + 4 + length }
}

function packedIntegers(context: ScanContext, leaf: Leaf, { from, end, count }: EncodedValues): PlainBytes {
  const width = plainWidth(leaf)
  const region = room(context, count * width)
  if (context.kernels.deltaDecode(from, end, region, count, width) === 0) throw damaged('delta encoding')
  return { from: region, end: region + count * width, region }
}

/** Lengths in DELTA_BINARY_PACKED, and where they end. The region is to be freed. */
function lengths(
  context: ScanContext,
  { from, end, count }: EncodedValues,
): { region: number; sum: number; next: number } {
  const region = room(context, count * 4)
  const next = context.kernels.deltaDecode(from, end, region, count, 4)
  if (next === 0 || next > end) throw damaged('delta encoding of lengths')
  const sum = context.kernels.sumLengths(region, count)
  if (sum === 0xffffffff) throw damaged('a negative length')
  return { region, sum, next }
}

function byLengths(context: ScanContext, values: EncodedValues): PlainBytes {
  const { region: list, sum, next } = lengths(context, values)
  if (sum > values.end - next) throw damaged('a page has too few bytes')
  const bytes = sum + values.count * 4
  const region = room(context, bytes)
  context.kernels.joinLengths(list, values.count, next, region)
  context.pool.free(list)
  return { from: region, end: region + bytes, region }
}

function byPrefixes(context: ScanContext, leaf: Leaf, values: EncodedValues): PlainBytes {
  const { count } = values
  const prefixes = lengths(context, values)
  const suffixes = lengths(context, { ...values, from: prefixes.next })
  if (suffixes.sum > values.end - suffixes.next) throw damaged('a page has too few bytes')
  const bare = leaf.physical === 'FIXED_LEN_BYTE_ARRAY'
  const bytes = prefixes.sum + suffixes.sum + (bare ? 0 : count * 4)
  if (bare && bytes !== count * leaf.width) throw damaged('values of another length than their type')
  const region = room(context, bytes)
  const done = context.kernels.joinPrefixes(
    prefixes.region,
    suffixes.region,
    count,
    suffixes.next,
    region,
    bare ? 1 : 0,
  )
  if (done === 0) throw damaged('a prefix longer than the value before')
  context.pool.free(prefixes.region)
  context.pool.free(suffixes.region)
  return { from: region, end: region + bytes, region }
}

function byStreams(context: ScanContext, leaf: Leaf, { from, end, count }: EncodedValues): PlainBytes {
  const width = plainWidth(leaf)
  const bytes = count * width
  if (width === 0 || bytes > end - from) throw damaged('a page has too few values')
  const region = room(context, bytes)
  context.kernels.mergeStreams(from, count, width, region)
  return { from: region, end: region + bytes, region }
}
