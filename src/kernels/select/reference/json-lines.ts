// The reference of jsonLines and jsonIndexRows: lines read one by one by the strict reader.
import type { KernelMemory } from '../arena.ts'
import { cellKind } from '../cells.ts'
import { JsonFault } from '../json-cursor.ts'
import { walkRecord } from '../json-record.ts'
import type { PathNode } from '../json-record.ts'
import { jsonScanFields } from '../json.ts'

const givenUp = 0xffffffff
const [newline, carriageReturn, opening, closing, backslash] = [0x0a, 0x0d, 0x7b, 0x7d, 0x5c]

const noPaths: PathNode = { slot: null, keys: [], indices: [] }

interface Lines {
  from: number
  to: number
  root: PathNode
  slots: number
  unsettled: number
}

export function linesOf(memory: KernelMemory, scan: number, { from, to, root, slots, unsettled }: Lines): number {
  const bytes = new Uint8Array(memory.buffer)
  const words = new Uint32Array(memory.buffer)
  const field = (name: keyof typeof jsonScanFields) => words[(scan + jsonScanFields[name]) >> 2] ?? 0
  const cell = (at: number, row: number, [start, end, kind]: readonly [number, number, number]) => {
    words[((words[at >> 2] ?? 0) >> 2) + row] = start
    words[((words[(at >> 2) + 1] ?? 0) >> 2) + row] = end
    bytes[(words[(at >> 2) + 2] ?? 0) + row] = kind
  }
  if (bytes[to - 1] !== newline) return givenUp
  let row = 0
  let failed = 0
  let start = from
  while (start < to && row < field('rowsMax')) {
    const next = bytes.indexOf(newline, start) + 1
    const end = bytes[next - 2] === carriageReturn ? next - 2 : next - 1
    if (bytes[start] !== opening || end < start + 2 || bytes[end - 1] !== closing) return givenUp
    if (next !== to && bytes[next] !== opening) return givenUp
    cell(scan + jsonScanFields.starts, row, [start, end, cellKind.nested])
    cell(slots, row, [0, 0, cellKind.missing])
    let isOdd = bytes.subarray(start, end).includes(backslash)
    try {
      walkRecord(bytes, { start, end }, root, (_slot, valueStart, valueEnd, kind) => {
        cell(slots, row, [valueStart, valueEnd, kind])
        isOdd ||= kind === cellKind.nested
      })
    } catch (error) {
      if (!(error instanceof JsonFault)) throw error
      isOdd = true
    }
    if (isOdd) words[(unsettled >> 2) + failed++] = row
    row++
    start = next
  }
  words[(scan + jsonScanFields.unsettled) >> 2] = failed
  words[(scan + jsonScanFields.consumed) >> 2] = start
  return row
}

export function indexRows(memory: KernelMemory, scan: number, rows: number, count: number): number {
  const bytes = new Uint8Array(memory.buffer)
  const words = new Uint32Array(memory.buffer)
  const field = (name: 'starts' | 'ends', row: number) =>
    words[((words[(scan + jsonScanFields[name]) >> 2] ?? 0) >> 2) + row] ?? 0
  for (let index = 0; index < count; index++) {
    const row = words[(rows >> 2) + index] ?? 0
    try {
      walkRecord(bytes, { start: field('starts', row), end: field('ends', row) }, noPaths, () => {})
    } catch (error) {
      if (!(error instanceof JsonFault)) throw error
      return index
    }
  }
  return count
}
