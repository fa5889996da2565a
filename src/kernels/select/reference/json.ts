import type { KernelMemory } from '../arena.ts'
import { cellKind } from '../cells.ts'
import type { JsonKernels } from '../json.ts'
import { jsonKeyBytes, jsonKeyFields, jsonNodeFields, jsonPathFields, jsonPhase, jsonScanFields } from '../json.ts'
import { JsonFault, decodeString } from '../json-cursor.ts'
import { walkRecord } from '../json-record.ts'
import type { PathKey, PathNode } from '../json-record.ts'
import { indexRows, linesOf } from './json-lines.ts'
import { JsonSlice } from './json-slice.ts'

const noSlot = 0xffffffff

export function jsonReference(memory: KernelMemory): JsonKernels {
  const reader = new Reader(memory)
  return {
    jsonScan: (scan, from, to) => reader.jsonScan(scan, from, to),
    jsonScanLines: (scan, lines, count) => reader.jsonScanLines(scan, lines, count),
    jsonWalk: (scan, paths, rows, count, unsettled) => reader.jsonWalk(scan, paths, rows, count, unsettled),
    jsonCandidates: (from, to, literal, length, _first, _second, follower, lines) =>
      reader.jsonCandidates(from, to, literal, length, follower, lines),
    jsonLines: (scan, paths, from, to, _letter, unsettled) => {
      const root = reader.readNode(reader.word(paths + jsonPathFields.root))
      return linesOf(memory, scan, { from, to, root, slots: reader.word(paths + jsonPathFields.slots), unsettled })
    },
    jsonIndexRows: (scan, rows, count) => indexRows(memory, scan, rows, count),
  }
}

class Reader {
  readonly #memory: KernelMemory

  constructor(memory: KernelMemory) {
    this.#memory = memory
  }

  get #bytes(): Uint8Array {
    return new Uint8Array(this.#memory.buffer)
  }

  get #words(): Uint32Array {
    return new Uint32Array(this.#memory.buffer)
  }

  word(address: number): number {
    return this.#words[address >> 2] ?? 0
  }

  /** The tree that `writePaths` laid out. */
  readNode(address: number): PathNode {
    const slot = this.word(address + jsonNodeFields.slot)
    const keys: PathKey[] = []
    for (let number = 0; number < this.word(address + jsonNodeFields.keyCount); number++) {
      const key = this.word(address + jsonNodeFields.keys) + number * jsonKeyBytes
      const pattern = this.word(key + jsonKeyFields.pattern)
      const length = this.word(key + jsonKeyFields.patternLength)
      keys.push({
        name: new TextDecoder().decode(this.#bytes.slice(pattern + 1, pattern + length - 1)),
        caseSensitive: this.word(key + jsonKeyFields.caseSensitive) === 1,
        node: this.readNode(this.word(key + jsonKeyFields.node)),
      })
    }
    const indices: PathNode['indices'] = []
    for (let number = 0; number < this.word(address + jsonNodeFields.indexCount); number++) {
      const pair = this.word(address + jsonNodeFields.indices) + number * 8
      indices.push({ index: this.word(pair), node: this.readNode(this.word(pair + 4)) })
    }
    return { slot: slot === noSlot ? null : slot, keys, indices }
  }

  /** The text of a string with escapes, where it is UTF-8 and there is room for it. */
  #unescaped(scan: number, start: number, end: number): { start: number; end: number } | null {
    const at = this.word(scan + jsonScanFields.text)
    if (at + (end - start) + 16 > this.word(scan + jsonScanFields.textEnd)) return null
    const text = decodeString(this.#bytes, start, end, { escapes: true })
    if (/[\ud800-\udfff]/u.test(text)) return null
    const bytes = new TextEncoder().encode(text)
    this.#bytes.set(bytes, at)
    this.#words[(scan + jsonScanFields.text) >> 2] = at + bytes.length
    return { start: at, end: at + bytes.length }
  }

  jsonScan(scan: number, from: number, to: number): number {
    return new JsonSlice(this.#bytes, scan).run(from, to)
  }

  jsonScanLines(scan: number, lines: number, count: number): number {
    const rowFields = ['starts', 'ends', 'marks'] as const
    const field = (name: keyof typeof jsonScanFields) => (scan + jsonScanFields[name]) >> 2
    const shift = (rows: number) => {
      for (const name of rowFields) this.#words[field(name)] = this.word(scan + jsonScanFields[name]) + rows * 4
      this.#words[field('kinds')] = this.word(scan + jsonScanFields.kinds) + rows
      this.#words[field('rowsMax')] = this.word(scan + jsonScanFields.rowsMax) - rows
    }
    let total = 0
    let isWhole = true
    for (let index = 0; index < count && isWhole; index++) {
      const end = this.word(lines + index * 8 + 4) + 1
      const rows = new JsonSlice(this.#bytes, scan).run(this.word(lines + index * 8), end)
      shift(rows)
      total += rows
      isWhole = this.word(scan + jsonScanFields.fault) === 0 && this.word(scan + jsonScanFields.consumed) === end
      isWhole &&=
        this.word(scan + jsonScanFields.level) === 0 && this.word(scan + jsonScanFields.phase) <= jsonPhase.after
    }
    shift(-total)
    return isWhole ? total : 0xffffffff
  }

  jsonWalk(scan: number, paths: number, rows: number, count: number, unsettled: number): number {
    const root = this.readNode(this.word(paths + jsonPathFields.root))
    const slots = this.word(paths + jsonPathFields.slots)
    let failed = 0
    for (let index = 0; index < count; index++) {
      const row = this.word(rows + index * 4)
      const put = (slot: number, start: number, end: number, kind: number) => {
        this.#words[(this.word(slots + slot * 12) >> 2) + row] = start
        this.#words[(this.word(slots + slot * 12 + 4) >> 2) + row] = end
        this.#bytes[this.word(slots + slot * 12 + 8) + row] = kind
      }
      for (let slot = 0; slot < this.word(paths + jsonPathFields.slotCount); slot++) put(slot, 0, 0, cellKind.missing)
      const start = this.word(this.word(scan + jsonScanFields.starts) + row * 4)
      const end = this.word(this.word(scan + jsonScanFields.ends) + row * 4)
      if (start === end) continue
      try {
        walkRecord(this.#bytes, { start, end }, root, (slot, from, to, kind) => {
          const text = kind === cellKind.escaped ? this.#unescaped(scan, from, to) : null
          if (text === null) put(slot, from, to, kind)
          else put(slot, text.start, text.end, cellKind.text)
        })
      } catch (error) {
        if (!(error instanceof JsonFault)) throw error
        this.#words[(unsettled >> 2) + failed] = row
        failed++
      }
    }
    return failed
  }

  jsonCandidates(from: number, to: number, literal: number, length: number, follower: number, lines: number): number {
    const memoryBytes = Buffer.from(this.#memory.buffer)
    const escape = Buffer.from(follower === 0 ? [0x5c] : [0x5c, follower])
    const wanted = memoryBytes.subarray(literal, literal + length)
    const opens = (start: number) => start === to || memoryBytes[start] === 0x7b
    const closes = (end: number) => end < from || (memoryBytes[end] === 0x0a && memoryBytes[end - 1] === 0x7d)
    if (!opens(from) || !closes(to - 1)) return 0xffffffff
    let count = 0
    for (let start = from; start < to;) {
      const end = memoryBytes.indexOf(0x0a, start)
      const line = memoryBytes.subarray(start, end)
      if (line.includes(wanted) || line.includes(escape)) {
        if (!opens(start) || !closes(end) || !closes(start - 1) || !opens(end + 1)) return 0xffffffff
        if (count === Math.floor((to - from) / 64)) return 0xffffffff
        this.#words.set([start, end], (lines >> 2) + count * 2)
        count++
      }
      start = end + 1
    }
    return count
  }
}
