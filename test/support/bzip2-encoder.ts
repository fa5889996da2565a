// Makes BZIP2 of bytes, with code tables and selectors taken at random among all that are allowed: what a decoder must
// read, not what is small. For tests.

export interface Bzip2Options {
  random: (limit: number) => number
  /** Bytes of a block before its run lengths are undone. Default 4000. */
  blockBytes?: number
  level?: number
}

/** One stream. */
export function bzip2Encoded(bytes: Uint8Array, { random, blockBytes = 4000, level = 9 }: Bzip2Options): Uint8Array {
  const writer = new BitWriter()
  writer.put(0x425a68, 24)
  writer.put(48 + level, 8)
  let streamCrc = 0
  for (const { encoded, raw } of blocksOf(bytes, blockBytes)) {
    const crc = crcOf(raw)
    streamCrc = ((streamCrc << 1) | (streamCrc >>> 31)) ^ crc
    putBlock(writer, encoded, crc, random)
  }
  writer.put(0x177245, 24)
  writer.put(0x385090, 24)
  writer.put(streamCrc >>> 0, 32)
  return writer.finished()
}

/** What bzip2 1.0.8 makes of 30,000,000 zeros: a stream that can be repeated. */
export const zerosMember = {
  size: 30_000_000,
  bytes: Buffer.from('QlpoOTFBWSZTWRkjKSIA5cfAAMAIAAggADDMCappgqEo2qqUJR4u5IpwoSAyRlJE', 'base64'),
}

/** What bzip2 1.0.8 makes of 225,000 lines `a,b`. */
export const linesMember = {
  lines: 225_000,
  bytes: Buffer.from(
    'QlpoOTFBWSZTWX4zkQIDbuNRAAAQAAQwACAAUGaaCaqPTFQhE1KEInyoQiYqEInGKCskymsvADpz4AAAmiAAAgAAhgAEAAYZpoIo9JIPSTC7kinChIQjN4zY',
    'base64',
  ),
}

class BitWriter {
  readonly #bytes: number[] = []
  #byte = 0
  #bits = 0

  put(value: number, count: number): void {
    for (let bit = count - 1; bit >= 0; bit--) {
      this.#byte = this.#byte * 2 + ((value >>> bit) & 1)
      if (++this.#bits < 8) continue
      this.#bytes.push(this.#byte)
      this.#byte = 0
      this.#bits = 0
    }
  }

  finished(): Uint8Array {
    if (this.#bits > 0) this.put(0, 8 - this.#bits)
    return Uint8Array.from(this.#bytes)
  }
}

/** Runs of four and more become four bytes and a count; each block holds at most `blockBytes` of the result. */
function blocksOf(bytes: Uint8Array, blockBytes: number): { encoded: number[]; raw: Uint8Array }[] {
  const blocks: { encoded: number[]; raw: Uint8Array }[] = []
  let encoded: number[] = []
  let start = 0
  for (let at = 0; at < bytes.length;) {
    const byte = bytes[at]!
    let run = 1
    while (run < 259 && bytes[at + run] === byte) run++
    const piece = run < 4 ? Array.from({ length: run }, () => byte) : [byte, byte, byte, byte, run - 4]
    if (encoded.length + piece.length > blockBytes) {
      blocks.push({ encoded, raw: bytes.subarray(start, at) })
      encoded = []
      start = at
    }
    encoded.push(...piece)
    at += run
  }
  if (encoded.length > 0) blocks.push({ encoded, raw: bytes.subarray(start) })
  return blocks
}

function crcOf(bytes: Uint8Array): number {
  let crc = -1
  for (const byte of bytes) {
    crc ^= byte << 24
    for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0)
  }
  return ~crc >>> 0
}

function putBlock(writer: BitWriter, block: number[], crc: number, random: (limit: number) => number): void {
  writer.put(0x314159, 24)
  writer.put(0x265359, 24)
  writer.put(crc, 32)
  writer.put(0, 1)
  const { column, origin } = transformed(block)
  writer.put(origin, 24)
  const values = [...new Set(block)].sort((a, b) => a - b)
  putValues(writer, values)
  const symbols = symbolsOf(column, values)
  const tables = Array.from({ length: 2 + random(5) }, () => lengthsOf(values.length + 2, random))
  const selectors = Array.from({ length: Math.ceil(symbols.length / 50) }, () => random(tables.length))
  writer.put(tables.length, 3)
  writer.put(selectors.length, 15)
  const list = [0, 1, 2, 3, 4, 5]
  for (const selector of selectors) {
    const place = list.indexOf(selector)
    for (let n = 0; n < place; n++) writer.put(1, 1)
    writer.put(0, 1)
    list.splice(place, 1)
    list.unshift(selector)
  }
  for (const lengths of tables) putLengths(writer, lengths)
  const codes = tables.map(codesOf)
  for (const [n, symbol] of symbols.entries()) {
    const { code, length } = codes[selectors[Math.floor(n / 50)]!]![symbol]!
    writer.put(code, length)
  }
}

function transformed(block: number[]): { column: number[]; origin: number } {
  const rows = block.map((_, row) => row)
  rows.sort((a, b) => {
    for (let n = 0; n < block.length; n++) {
      const difference = block[(a + n) % block.length]! - block[(b + n) % block.length]!
      if (difference !== 0) return difference
    }
    return a - b
  })
  return {
    column: rows.map((row) => block[(row + block.length - 1) % block.length]!),
    origin: rows.indexOf(0),
  }
}

function putValues(writer: BitWriter, values: number[]): void {
  const ranges = Array.from({ length: 16 }, (_, range) => values.filter((value) => value >> 4 === range))
  for (const range of ranges) writer.put(range.length > 0 ? 1 : 0, 1)
  for (const range of ranges.filter(({ length }) => length > 0)) {
    for (let n = 0; n < 16; n++) writer.put(range.some((value) => value % 16 === n) ? 1 : 0, 1)
  }
}

/** Places in the move-to-front list, runs of the first place as numbers in bijective base two. */
function symbolsOf(column: number[], values: number[]): number[] {
  const list = [...values]
  const symbols: number[] = []
  let run = 0
  const putRun = () => {
    for (; run > 0; run = Math.floor((run - 1) / 2)) symbols.push((run - 1) % 2)
  }
  for (const value of column) {
    const place = list.indexOf(value)
    if (place === 0) {
      run++
      continue
    }
    putRun()
    symbols.push(place + 1)
    list.splice(place, 1)
    list.unshift(value)
  }
  putRun()
  symbols.push(values.length + 1)
  return symbols
}

/** Lengths of a complete code: leaves are split until there are enough, some of them again and again. */
function lengthsOf(symbols: number, random: (limit: number) => number): number[] {
  const lengths = [1, 1]
  const isDeep = random(2) === 0
  while (lengths.length < symbols) {
    const leaf = isDeep && random(3) > 0 ? lengths.length - 1 : random(lengths.length)
    if (lengths[leaf]! >= 20) continue
    lengths[leaf]! += 1
    lengths.push(lengths[leaf]!)
  }
  for (let n = lengths.length - 1; n > 0; n--) {
    const other = random(n + 1)
    const length = lengths[n]!
    lengths[n] = lengths[other]!
    lengths[other] = length
  }
  return lengths
}

function putLengths(writer: BitWriter, lengths: number[]): void {
  let current = lengths[0]!
  writer.put(current, 5)
  for (const length of lengths) {
    for (; current < length; current++) writer.put(2, 2)
    for (; current > length; current--) writer.put(3, 2)
    writer.put(0, 1)
  }
}

function codesOf(lengths: number[]): { code: number; length: number }[] {
  const codes: { code: number; length: number }[] = []
  let code = 0
  for (let length = 1; length <= 20; length++) {
    for (const [symbol, its] of lengths.entries()) if (its === length) codes[symbol] = { code: code++, length }
    code *= 2
  }
  return codes
}
