// One data page in kernel memory: decompressed when it is first asked for values, and then read from front to back.
import { cellKind } from '../../../kernels/select/cells.ts'
import { decompress } from './decompress.ts'
import type { Dictionary } from './dictionary.ts'
import { encoding, lengthPrefixed, toPlain } from './encodings.ts'
import { damaged } from './faults.ts'
import type { PageHeader } from './page-header.ts'
import type { PageStream } from './page-stream.ts'
import { readPlain, skipPlain, takeFixed } from './plain-values.ts'
import type { ValueArrays } from './plain-values.ts'
import { scratchBytes } from './scan-context.ts'
import type { ScanContext } from './scan-context.ts'
import type { Leaf } from './schema.ts'

export interface PageFacts {
  header: PageHeader
  codec: string
  /** The region with the page's body; 0 when it is read piece by piece. */
  body: number
  /** Of a page that is read piece by piece; it has begun. */
  stream: PageStream | null
  dictionary: Dictionary | null
}

/** Where a page keeps the states of kernels while it is read: definition levels, repetition levels, values. */
export const pageStateBytes = 96

export class Page {
  readonly #context: ScanContext
  readonly #leaf: Leaf
  readonly #facts: PageFacts
  readonly #regions: number[]
  readonly #state: number
  /** Where the body is decompressed to; 0 when it is not compressed. */
  readonly #target: number
  #isOpen = false
  #read = 0

  constructor(context: ScanContext, leaf: Leaf, facts: PageFacts) {
    this.#context = context
    this.#leaf = leaf
    this.#facts = facts
    if (facts.stream !== null) {
      this.#isOpen = true
      this.#state = facts.stream.state
      this.#target = 0
      this.#regions = []
      return
    }
    // All memory is taken here: a page may be opened while others look at views of memory.
    const { header, codec } = facts
    this.#state = context.pool.allocate(pageStateBytes)
    const isCompressed = codec !== 'UNCOMPRESSED' && header.compressed
    this.#target = isCompressed ? context.pool.allocate(header.uncompressedBytes) : 0
    this.#regions = [facts.body, this.#state, this.#target]
    if (isExpanded(leaf, header.encoding)) this.open()
  }

  /** Values, nulls among them; of a flat column, rows. */
  get values(): number {
    return this.#facts.header.values
  }

  /** Values not read yet. */
  get left(): number {
    return this.values - this.#read
  }

  /** The dictionary the values come from; null when they are plain. */
  get dictionary(): Dictionary | null {
    const how = this.#facts.header.encoding
    if (how !== encoding.plainDictionary && how !== encoding.rleDictionary) return null
    if (this.#facts.dictionary === null) throw damaged('a page without its dictionary')
    return this.#facts.dictionary
  }

  /** Of a page that is read piece by piece. */
  get stream(): PageStream | null {
    return this.#facts.stream
  }

  free(): void {
    this.#facts.stream?.close()
    for (const region of this.#regions) this.#context.pool.free(region)
  }

  /** Decompresses, unless done. Throws ParquetParsingError. */
  open(): void {
    if (this.#isOpen) return
    this.#isOpen = true
    const { header } = this.#facts
    const levels = header.type === 'data' ? this.#openV1() : this.#openV2()
    this.#openValues(levels)
  }

  get #room(): { target?: number } {
    return this.#target === 0 ? {} : { target: this.#target }
  }

  /** Levels first, all compressed together. Returns where the values lie. */
  #openV1(): { from: number; end: number } {
    const { header, codec, body } = this.#facts
    const state = this.#state
    const { compressedBytes, uncompressedBytes } = header
    const data = decompress(this.#context, {
      codec,
      address: body,
      bytes: compressedBytes,
      expected: uncompressedBytes,
      ...this.#room,
    })
    if (data !== body) {
      this.#context.pool.free(body)
      this.#regions.splice(0, 1)
    }
    const end = data + uncompressedBytes
    let from = data
    const { repetitionMax, definitionMax } = this.#leaf
    if (repetitionMax > 0)
      from = this.#openLevels(state + 32, { from, end, max: repetitionMax }, header.repetitionEncoding)
    if (definitionMax > 0) from = this.#openLevels(state, { from, end, max: definitionMax }, header.definitionEncoding)
    return { from, end }
  }

  #openLevels(state: number, { from, end, max }: { from: number; end: number; max: number }, how: number): number {
    if (how !== encoding.rle) throw damaged(`levels in encoding ${how}`)
    const levels = lengthPrefixed(this.#context, from, end)
    this.#context.pool.u32.set([levels.from, levels.end, bitWidth(max), 0, 0, 0, 0, 0], state / 4)
    return levels.end
  }

  /** Levels first, never compressed. */
  #openV2(): { from: number; end: number } {
    const { header, codec, body } = this.#facts
    const state = this.#state
    const { repetitionBytes, definitionBytes, compressedBytes, uncompressedBytes } = header
    const levelBytes = repetitionBytes + definitionBytes
    if (levelBytes > compressedBytes || levelBytes > uncompressedBytes) throw damaged('levels longer than their page')
    const { u32 } = this.#context.pool
    const definitions = body + repetitionBytes
    const values = body + levelBytes
    const { repetitionMax, definitionMax } = this.#leaf
    u32.set([body, definitions, bitWidth(repetitionMax), 0, 0, 0, 0, 0], state / 4 + 8)
    u32.set([definitions, values, bitWidth(definitionMax), 0, 0, 0, 0, 0], state / 4)
    const data = decompress(this.#context, {
      codec: header.compressed ? codec : 'UNCOMPRESSED',
      address: values,
      bytes: compressedBytes - levelBytes,
      expected: uncompressedBytes - levelBytes,
      ...this.#room,
    })
    return { from: data, end: data + uncompressedBytes - levelBytes }
  }

  #openValues({ from, end }: { from: number; end: number }): void {
    const { pool } = this.#context
    const state = this.#state + 64
    const how = this.#facts.header.encoding
    if (this.dictionary !== null) {
      const width = end > from ? (pool.u8[from] ?? 0) : 0
      if (width > 32) throw damaged(`indices of ${width} bits`)
      pool.u32.set([Math.min(from + 1, end), end, width, 0, 0, 0, 0, 0], state / 4)
      return
    }
    const count = isExpanded(this.#leaf, how) ? this.presentAhead(this.values) : 0
    const plain = toPlain(this.#context, this.#leaf, { encoding: how, from, end, count })
    if (plain.region !== 0) this.#regions.push(plain.region)
    pool.u32.set([plain.from, plain.end], state / 4)
  }

  /** How many of the next `count` values are there; takes nothing. */
  presentAhead(count: number): number {
    if (this.#leaf.definitionMax === 0) return count
    const { pool } = this.#context
    const state = this.#state
    const copy = pool.u32.slice(state / 4, state / 4 + 8)
    const present = this.#countPresent(count)
    pool.u32.set(copy, state / 4)
    return present
  }

  #countPresent(count: number): number {
    const { kernels } = this.#context
    const { definitionMax } = this.#leaf
    if (definitionMax === 0) return count
    const state = this.#state
    if (kernels.hybridRepeats(state, definitionMax, count) === 1) return count
    const { scratch } = this.#context
    let present = 0
    for (let done = 0; done < count; done += scratchBytes) {
      const some = Math.min(scratchBytes, count - done)
      if (kernels.hybridDecodeBytes(state, scratch, some) !== some) throw damaged('a page has too few levels')
      present += kernels.levelsToKinds(scratch, some, definitionMax, cellKind.text)
    }
    return present
  }

  /** Passes over values, nulls among them. Of columns that are not repeated. */
  skip(count: number): void {
    this.#read += count
    this.skipValues(this.#countPresent(count))
  }

  /**
   * The kinds of the next `count` values, nulls among them, and how many are not null. `clean`: the kinds all say
   * `present` already. Of columns that are not repeated.
   */
  readKinds({
    kinds,
    count,
    present,
    clean,
  }: {
    kinds: number
    count: number
    present: number
    clean: boolean
  }): number {
    const { kernels, pool } = this.#context
    const { definitionMax } = this.#leaf
    this.#read += count
    if (definitionMax === 0 || kernels.hybridRepeats(this.#state, definitionMax, count) === 1) {
      if (!clean) pool.u8.fill(present, kinds, kinds + count)
      return count
    }
    if (kernels.hybridDecodeBytes(this.#state, kinds, count) !== count) throw damaged('a page has too few levels')
    return kernels.levelsToKinds(kinds, count, definitionMax, present)
  }

  /** The next `count` levels, u8 each. */
  readLevels(repetitions: number, definitions: number, count: number): void {
    this.#read += count
    this.#readLevels(this.#state + 32, repetitions, { count, max: this.#leaf.repetitionMax })
    this.#readLevels(this.#state, definitions, { count, max: this.#leaf.definitionMax })
  }

  #readLevels(state: number, levels: number, { count, max }: { count: number; max: number }): void {
    const { kernels, pool } = this.#context
    if (max === 0) pool.u8.fill(0, levels, levels + count)
    else if (kernels.hybridDecodeBytes(state, levels, count) !== count) throw damaged('a page has too few levels')
  }

  /** Dictionary indices of the next `count` values that are there. Throws ParquetParsingError for one out of range. */
  readIndices(indices: number, count: number, entries: number): void {
    const { kernels } = this.#context
    const found = kernels.hybridDecode(this.#state + 64, indices, count)
    if (found !== count) throw damaged('a page has too few values')
    if (count > 0 && kernels.maxU32(indices, count) >= entries) throw damaged('an entry the dictionary does not have')
  }

  /** The next `count` values that are there, of a page without dictionary. */
  readValues(arrays: ValueArrays, index: number, count: number): void {
    const cursor = this.#state + 64
    if (this.#leaf.storage !== 'kinds') {
      readPlain(this.#context, this.#leaf, { cursor, arrays, index, count })
      return
    }
    const from = takeFixed(this.#context, cursor, count)
    this.#context.pool.u8.copyWithin(arrays.values + index, from, from + count)
  }

  skipValues(count: number): void {
    const cursor = this.#state + 64
    if (this.dictionary !== null) {
      if (this.#context.kernels.hybridSkip(cursor, count) !== count) throw damaged('a page has too few values')
    } else if (this.#leaf.storage === 'kinds') takeFixed(this.#context, cursor, count)
    else skipPlain(this.#context, this.#leaf, cursor, count)
  }
}

/** Whether the values are turned into others before they are read. */
function isExpanded(leaf: Leaf, how: number): boolean {
  const isDictionary = how === encoding.plainDictionary || how === encoding.rleDictionary
  return !isDictionary && (how !== encoding.plain || leaf.physical === 'BOOLEAN')
}

/** Bits of a level up to `max`. */
function bitWidth(max: number): number {
  return 32 - Math.clz32(max)
}
