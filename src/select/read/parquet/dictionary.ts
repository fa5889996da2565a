// The dictionary page of a column chunk, decoded once.
import { damaged } from './faults.ts'
import { decompress } from './decompress.ts'
import { encoding } from './encodings.ts'
import type { PageHeader } from './page-header.ts'
import { allocateArrays, presentKind, readPlain } from './plain-values.ts'
import type { ValueArrays } from './plain-values.ts'
import type { ScanContext } from './scan-context.ts'
import type { Leaf } from './schema.ts'

export interface Dictionary {
  id: number
  count: number
  arrays: ValueArrays
  /** A cellKind for each entry. */
  kinds: number
  /** Regions to give back with the row group. */
  regions: number[]
}

/** Decodes a dictionary page whose body is in the pool. Throws ParquetParsingError. */
export function readDictionary(
  context: ScanContext,
  leaf: Leaf,
  { header, codec, body }: { header: PageHeader; codec: string; body: number },
): Dictionary {
  const { pool } = context
  const { values: count, compressedBytes, uncompressedBytes } = header
  if (header.encoding !== encoding.plain && header.encoding !== encoding.plainDictionary) {
    throw damaged(`encoding ${header.encoding} for a dictionary`)
  }
  if (leaf.physical === 'BOOLEAN') throw damaged('a dictionary of booleans')
  // A dictionary says how many entries it has before any memory is taken for them.
  if (count > uncompressedBytes) throw damaged('a dictionary of more entries than bytes')
  const address = decompress(context, { codec, address: body, bytes: compressedBytes, expected: uncompressedBytes })
  if (address !== body) pool.free(body)
  const arrays = allocateArrays(context, leaf, count)
  const kinds = pool.allocate(count)
  pool.u8.fill(presentKind(leaf), kinds, kinds + count)
  const cursor = context.state
  pool.u32.set([address, address + uncompressedBytes], cursor / 4)
  readPlain(context, leaf, { cursor, arrays, index: 0, count })
  context.dictionaries += 1
  return { id: context.dictionaries, count, arrays, kinds, regions: [address, arrays.starts, kinds] }
}
