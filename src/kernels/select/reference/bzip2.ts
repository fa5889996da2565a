import type { KernelMemory } from '../arena.ts'
import { bzip2Status, bzip2WrongCrc } from '../bzip2.ts'
import type { Bzip2Kernels } from '../bzip2.ts'

// The state: the words that the interface and the steps below need, then the bytes of the block before their run
// lengths are undone.
const words = {
  position: 0,
  inside: 1,
  blockMax: 2,
  streamCrc: 3,
  blockCrc: 4,
  crc: 5,
  at: 6,
  count: 7,
  last: 8,
  run: 9,
  repeat: 10,
}
const blockAt = 64
const blockBytesMax = 900_000

/** BZIP2, step by step as the format describes them: codes, move to front, Burrows-Wheeler transform, run lengths. */
export function bzip2Reference(memory: KernelMemory): Bzip2Kernels {
  const wordsOf = (state: number): Uint32Array => new Uint32Array(memory.buffer, state, 16)
  return {
    bzip2StateBytes: () => blockAt + blockBytesMax,
    bzip2Start(state) {
      wordsOf(state).fill(0)
    },
    bzip2Read(state, from, bit, to) {
      const saved = wordsOf(state)
      const reader = new BitReader(new Uint8Array(memory.buffer, from, to - from), bit)
      try {
        const status = saved[words.inside] === 0 ? readHeader(saved, reader) : readNext(saved, reader, state)
        saved[words.position] = reader.position
        return status
      } catch (error) {
        if (error instanceof Stop) return error.status
        throw error
      }
    },
    bzip2Write: (state, out, room) => {
      const saved = wordsOf(state)
      const block = new Uint8Array(memory.buffer, state + blockAt, value(saved, words.count))
      return writeBlock(saved, block, new Uint8Array(memory.buffer, out, room))
    },
  }

  function readNext(saved: Uint32Array, reader: BitReader, state: number): number {
    const magic = reader.take(24) * 2 ** 24 + reader.take(24)
    const crc = reader.take(32)
    if (magic === 0x177245385090) {
      if (crc !== saved[words.streamCrc]) return bzip2Status.damaged
      reader.position = Math.ceil(reader.position / 8) * 8
      saved[words.inside] = 0
      return bzip2Status.ended
    }
    if (magic !== 0x314159265359) return bzip2Status.damaged
    const bytes = readBlock(reader, value(saved, words.blockMax))
    new Uint8Array(memory.buffer, state + blockAt).set(bytes)
    const fields = { blockCrc: crc, crc: 0xffffffff, at: 0, count: bytes.length, last: 256, run: 0, repeat: 0 }
    for (const [name, field] of Object.entries(fields)) saved[words[name as keyof typeof fields]] = field
    return bzip2Status.block
  }
}

function value(array: Uint32Array, index: number): number {
  return array[index] ?? 0
}

/** Thrown where the bytes end, or are damaged. */
class Stop extends Error {
  readonly status: number

  constructor(status: number) {
    super('Stopped')
    this.status = status
  }
}

function must(condition: boolean): void {
  if (!condition) throw new Stop(bzip2Status.damaged)
}

class BitReader {
  readonly #bytes: Uint8Array
  position: number

  constructor(bytes: Uint8Array, bit: number) {
    this.#bytes = bytes
    this.position = bit
  }

  take(count: number): number {
    let taken = 0
    for (let n = 0; n < count; n++) {
      const byte = this.#bytes[this.position >> 3]
      if (byte === undefined) throw new Stop(bzip2Status.more)
      taken = taken * 2 + ((byte >> (7 - (this.position & 7))) & 1)
      this.position++
    }
    return taken
  }
}

function readHeader(saved: Uint32Array, reader: BitReader): number {
  const magic = reader.take(24)
  const level = reader.take(8) - 48
  if (magic !== 0x425a68 || level < 1 || level > 9) return bzip2Status.noStream
  saved[words.inside] = 1
  saved[words.blockMax] = level * 100_000
  saved[words.streamCrc] = 0
  return bzip2Status.begun
}

/** The bytes of a block, run lengths not undone. */
function readBlock(reader: BitReader, bytesMax: number): Uint8Array {
  must(reader.take(1) === 0)
  const origin = reader.take(24)
  const values = readValues(reader)
  const tableCount = reader.take(3)
  must(values.length > 0 && tableCount >= 2 && tableCount <= 6)
  const selectors = readSelectors(reader, tableCount)
  must(selectors.length > 0)
  const tables = Array.from({ length: tableCount }, () => codesOf(readLengths(reader, values.length + 2)))
  const column: number[] = []
  let run = 0
  let place = 1
  for (let n = 0; ; n++) {
    const table = tables[selectors[Math.floor(n / 50)] ?? -1]
    if (table === undefined) throw new Stop(bzip2Status.damaged)
    const symbol = readSymbol(reader, table)
    if (symbol <= 1) {
      must(place <= 2 ** 20)
      run += (symbol + 1) * place
      place *= 2
      continue
    }
    must(column.length + run <= bytesMax)
    while (run > 0) {
      column.push(values[0] ?? 0)
      run--
    }
    place = 1
    if (symbol === values.length + 1) break
    must(column.length < bytesMax)
    const [moved = 0] = values.splice(symbol - 1, 1)
    values.unshift(moved)
    column.push(moved)
  }
  must(origin < column.length)
  return untransformed(column, origin)
}

function readValues(reader: BitReader): number[] {
  const values: number[] = []
  const ranges = reader.take(16)
  for (let range = 0; range < 16; range++) {
    if ((ranges & (0x8000 >> range)) === 0) continue
    const bits = reader.take(16)
    for (let n = 0; n < 16; n++) if ((bits & (0x8000 >> n)) !== 0) values.push(range * 16 + n)
  }
  return values
}

function readSelectors(reader: BitReader, tableCount: number): number[] {
  const list = [0, 1, 2, 3, 4, 5]
  const count = reader.take(15)
  return Array.from({ length: count }, () => {
    let place = 0
    while (reader.take(1) === 1) must(++place < tableCount)
    const [selector = 0] = list.splice(place, 1)
    list.unshift(selector)
    return selector
  }).slice(0, 18_002)
}

function readLengths(reader: BitReader, symbols: number): number[] {
  let length = reader.take(5)
  return Array.from({ length: symbols }, () => {
    for (;;) {
      must(length >= 1 && length <= 20)
      if (reader.take(1) === 0) return length
      length += reader.take(1) === 0 ? 1 : -1
    }
  })
}

/** Symbols by their code: its length and then its bits. */
function codesOf(lengths: readonly number[]): Map<string, number> {
  const codes = new Map<string, number>()
  let code = 0
  for (let length = 1; length <= 20; length++) {
    for (const [symbol, its] of lengths.entries()) {
      if (its !== length) continue
      must(code < 2 ** length)
      codes.set(`${length} ${code++}`, symbol)
    }
    code *= 2
  }
  return codes
}

function readSymbol(reader: BitReader, codes: Map<string, number>): number {
  let code = 0
  for (let length = 1; length <= 20; length++) {
    code = code * 2 + reader.take(1)
    const symbol = codes.get(`${length} ${code}`)
    if (symbol !== undefined) return symbol
  }
  throw new Stop(bzip2Status.damaged)
}

/** Undoes the Burrows-Wheeler transform. */
function untransformed(column: readonly number[], origin: number): Uint8Array {
  const order = column.map((byte, row) => ({ byte, row })).sort((a, b) => a.byte - b.byte || a.row - b.row)
  let row = order[origin]?.row ?? 0
  return Uint8Array.from(column, () => {
    const byte = column[row] ?? 0
    row = order[row]?.row ?? 0
    return byte
  })
}

/** Undoes the run lengths: four equal bytes are followed by how often theirs comes again. */
function writeBlock(saved: Uint32Array, block: Uint8Array, room: Uint8Array): number {
  let [at, last, run, repeat] = [words.at, words.last, words.run, words.repeat].map((word) => value(saved, word)) as [
    number,
    number,
    number,
    number,
  ]
  let length = 0
  while (length < room.length && (repeat > 0 || at < block.length)) {
    if (repeat > 0) {
      room[length++] = last
      repeat--
    } else if (run === 4) {
      repeat = block[at++] ?? 0
      run = 0
    } else {
      const byte = block[at++] ?? 0
      run = byte === last ? run + 1 : 1
      last = byte
      room[length++] = byte
    }
  }
  const crc = crcOf(value(saved, words.crc), room.subarray(0, length))
  for (const [word, field] of [
    [words.at, at],
    [words.last, last],
    [words.run, run],
    [words.repeat, repeat],
    [words.crc, crc],
  ] as const) {
    saved[word] = field
  }
  if (length > 0) return length
  const finished = ~crc >>> 0
  if (finished !== saved[words.blockCrc]) return bzip2WrongCrc
  const before = value(saved, words.streamCrc)
  saved[words.streamCrc] = ((before << 1) | (before >>> 31)) ^ finished
  return 0
}

function crcOf(start: number, bytes: Uint8Array): number {
  let crc = start
  for (const byte of bytes) {
    crc ^= byte << 24
    for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0)
  }
  return crc >>> 0
}
