// Page headers, in Thrift's compact protocol. No I/O, no clock.
// https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
// https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
import { damaged } from './faults.ts'

export interface PageHeader {
  type: 'data' | 'index' | 'dictionary' | 'data-v2'
  uncompressedBytes: number
  compressedBytes: number
  /** Of a data page (nulls included) or a dictionary. */
  values: number
  /** As the format numbers them. */
  encoding: number
  definitionEncoding: number
  repetitionEncoding: number
  /** Data page v2 alone. */
  rows: number
  definitionBytes: number
  repetitionBytes: number
  compressed: boolean
}

const pageTypes = ['data', 'index', 'dictionary', 'data-v2'] as const

class OutOfBytes extends Error {}

/** Numbers by path of field ids, e.g. `5.1`; booleans as 0 and 1. */
type Fields = Map<string, number>

const depthMax = 16

class Thrift {
  readonly bytes: Uint8Array
  at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  byte(): number {
    const byte = this.bytes[this.at]
    if (byte === undefined) throw new OutOfBytes()
    this.at += 1
    return byte
  }

  /** Unsigned; exact up to 2^53. */
  varint(): number {
    let value = 0
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.byte()
      value += (byte & 127) * 2 ** shift
      if (byte < 128) return value
    }
    throw damaged('a number in a page header does not end')
  }

  zigzag(): number {
    const value = this.varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  skip(bytes: number): void {
    if (this.at + bytes > this.bytes.length) throw new OutOfBytes()
    this.at += bytes
  }

  struct(fields: Fields, prefix: string, depth: number): void {
    if (depth > depthMax) throw damaged('structures of a page header are nested too deep')
    let id = 0
    while (true) {
      const head = this.byte()
      const type = head & 15
      if (type === 0) return
      id = head >> 4 === 0 ? this.zigzag() : id + (head >> 4)
      this.field(type, fields, { path: `${prefix}${id}`, depth })
    }
  }

  field(type: number, fields: Fields, at: { path: string; depth: number }): void {
    switch (type) {
      case 1:
      case 2:
        fields.set(at.path, 2 - type)
        return
      case 3:
        this.skip(1)
        return
      case 4:
      case 5:
      case 6:
        fields.set(at.path, this.zigzag())
        return
      case 7:
        this.skip(8)
        return
      case 8:
        this.skip(this.varint())
        return
      case 9:
      case 10:
        this.list(fields, at)
        return
      case 12:
        this.struct(fields, `${at.path}.`, at.depth + 1)
        return
      default:
        throw damaged(`type ${type} in a page header`)
    }
  }

  list(fields: Fields, at: { path: string; depth: number }): void {
    const head = this.byte()
    const count = head >> 4 === 15 ? this.varint() : head >> 4
    for (let index = 0; index < count; index += 1) {
      const type = head & 15
      // In lists a boolean is a byte.
      this.field(type === 1 || type === 2 ? 3 : type, fields, { path: `${at.path}[]`, depth: at.depth + 1 })
    }
  }
}

/**
 * The header at the start of `bytes` and its length; null when there are too few bytes to tell. Throws ParquetParsingError
 * when they are no header.
 */
export function parsePageHeader(bytes: Uint8Array): { header: PageHeader; length: number } | null {
  const thrift = new Thrift(bytes)
  const fields: Fields = new Map()
  try {
    thrift.struct(fields, '', 0)
  } catch (error) {
    if (error instanceof OutOfBytes) return null
    throw error
  }
  return { header: headerOf(fields), length: thrift.at }
}

function headerOf(fields: Fields): PageHeader {
  const type = pageTypes[fields.get('1') ?? -1]
  if (type === undefined) throw damaged('a page of no known type')
  const count = (path: string) => {
    const value = fields.get(path)
    if (value === undefined || value < 0 || value > 0x7fffffff) throw damaged(`a page header without field ${path}`)
    return value
  }
  const base = { type, uncompressedBytes: count('2'), compressedBytes: count('3'), rows: 0, definitionBytes: 0 }
  const rest = { repetitionBytes: 0, definitionEncoding: 3, repetitionEncoding: 3, compressed: true }
  switch (type) {
    case 'index':
      return { ...base, ...rest, values: 0, encoding: 0 }
    case 'dictionary':
      return { ...base, ...rest, values: count('7.1'), encoding: count('7.2') }
    case 'data':
      return {
        ...base,
        ...rest,
        values: count('5.1'),
        encoding: count('5.2'),
        definitionEncoding: count('5.3'),
        repetitionEncoding: count('5.4'),
      }
    case 'data-v2':
      return {
        ...base,
        ...rest,
        values: count('8.1'),
        encoding: count('8.4'),
        rows: count('8.3'),
        definitionBytes: count('8.5'),
        repetitionBytes: count('8.6'),
        compressed: (fields.get('8.7') ?? 1) === 1,
      }
  }
}
