import type { KernelMemory } from '../arena.ts'
import { cellKind } from '../cells.ts'
import type { JsonKernels } from '../json.ts'
import { jsonKeyBytes, jsonKeyFields, jsonNodeFields, jsonPathFields, jsonPhase, jsonScanFields } from '../json.ts'
import { JsonFault } from '../json-cursor.ts'
import { walkRecord } from '../json-record.ts'
import type { PathKey, PathNode } from '../json-record.ts'
import { JsonSlice } from './json-slice.ts'

const noSlot = 0xffffffff

export function jsonReference(memory: KernelMemory): JsonKernels {
  const bytes = () => new Uint8Array(memory.buffer)
  const words = () => new Uint32Array(memory.buffer)
  const word = (address: number) => words()[address >> 2] ?? 0

  /** The tree that `writePaths` laid out. */
  function readNode(address: number): PathNode {
    const slot = word(address + jsonNodeFields.slot)
    const keys: PathKey[] = []
    for (let number = 0; number < word(address + jsonNodeFields.keyCount); number++) {
      const key = word(address + jsonNodeFields.keys) + number * jsonKeyBytes
      const pattern = word(key + jsonKeyFields.pattern)
      const length = word(key + jsonKeyFields.patternLength)
      keys.push({
        name: new TextDecoder().decode(bytes().slice(pattern + 1, pattern + length - 1)),
        caseSensitive: word(key + jsonKeyFields.caseSensitive) === 1,
        node: readNode(word(key + jsonKeyFields.node)),
      })
    }
    const indices: PathNode['indices'] = []
    for (let number = 0; number < word(address + jsonNodeFields.indexCount); number++) {
      const pair = word(address + jsonNodeFields.indices) + number * 8
      indices.push({ index: word(pair), node: readNode(word(pair + 4)) })
    }
    return { slot: slot === noSlot ? null : slot, keys, indices }
  }

  return {
    jsonScan: (scan, from, to) => new JsonSlice(bytes(), scan).run(from, to),

    jsonScanLines(scan, lines, count) {
      const rowFields = ['starts', 'ends', 'marks'] as const
      const field = (name: keyof typeof jsonScanFields) => (scan + jsonScanFields[name]) >> 2
      const shift = (rows: number) => {
        for (const name of rowFields) words()[field(name)] = word(scan + jsonScanFields[name]) + rows * 4
        words()[field('kinds')] = word(scan + jsonScanFields.kinds) + rows
        words()[field('rowsMax')] = word(scan + jsonScanFields.rowsMax) - rows
      }
      let total = 0
      let isWhole = true
      for (let index = 0; index < count && isWhole; index++) {
        const end = word(lines + index * 8 + 4) + 1
        const rows = new JsonSlice(bytes(), scan).run(word(lines + index * 8), end)
        shift(rows)
        total += rows
        isWhole = word(scan + jsonScanFields.fault) === 0 && word(scan + jsonScanFields.consumed) === end
        isWhole &&= word(scan + jsonScanFields.level) === 0 && word(scan + jsonScanFields.phase) <= jsonPhase.after
      }
      shift(-total)
      return isWhole ? total : 0xffffffff
    },

    jsonWalk(scan, paths, rows, count, unsettled) {
      const root = readNode(word(paths + jsonPathFields.root))
      const slots = word(paths + jsonPathFields.slots)
      let failed = 0
      for (let index = 0; index < count; index++) {
        const row = word(rows + index * 4)
        const put = (slot: number, start: number, end: number, kind: number) => {
          words()[(word(slots + slot * 12) >> 2) + row] = start
          words()[(word(slots + slot * 12 + 4) >> 2) + row] = end
          bytes()[word(slots + slot * 12 + 8) + row] = kind
        }
        for (let slot = 0; slot < word(paths + jsonPathFields.slotCount); slot++) put(slot, 0, 0, cellKind.missing)
        const start = word(word(scan + jsonScanFields.starts) + row * 4)
        const end = word(word(scan + jsonScanFields.ends) + row * 4)
        if (start === end) continue
        try {
          walkRecord(bytes(), { start, end }, root, put)
        } catch (error) {
          if (!(error instanceof JsonFault)) throw error
          words()[(unsettled >> 2) + failed] = row
          failed++
        }
      }
      return failed
    },

    jsonCandidates(from, to, literal, length, _first, _second, lines) {
      const memoryBytes = Buffer.from(memory.buffer)
      const wanted = memoryBytes.subarray(literal, literal + length)
      if (memoryBytes[to - 1] !== 0x0a) return 0xffffffff
      let count = 0
      for (let start = from; start < to;) {
        const newline = memoryBytes.indexOf(0x0a, start)
        const end = newline < 0 || newline >= to ? to : newline
        if (memoryBytes[start] !== 0x7b || memoryBytes[end - 1] !== 0x7d) return 0xffffffff
        const line = memoryBytes.subarray(start, end)
        if (line.includes(wanted) || line.includes(0x5c)) {
          if (count === Math.floor((to - from) / 64)) return 0xffffffff
          words().set([start, end], (lines >> 2) + count * 2)
          count++
        }
        start = end + 1
      }
      return count
    },
  }
}
