// The table of groups, as ../group.ts describes it: slots are filled in order here, and searched one after the other.
import type { KernelMemory } from '../arena.ts'
import { cellKind } from '../cells.ts'
import { groupTable, groupTag } from '../group.ts'
import type { GroupKernels } from '../group.ts'
import { Words } from './memory.ts'

interface KeyPart {
  tag: number
  text: string
}

const nullEntry = 0xffffffff

export function groupReference(memory: KernelMemory): GroupKernels {
  const words = new Words(memory)
  const table = new Table(words)
  const groupRows: GroupKernels['groupRows'] = (at, columns, rows, count, from, groups) => {
    const keyCount = words.u32(at + groupTable.keyCount)
    let position = from
    for (; position < count; position++) {
      const row = words.u32(rows + 4 * position)
      const parts = Array.from({ length: keyCount }, (_, part) => readPart(words, columns + 16 * part, row, position))
      const key = parts.filter((part) => part !== null)
      if (key.length < keyCount) break
      const group = table.find(at, key) ?? table.add(at, key)
      if (group === null) break
      words.setU32(groups + 4 * position, group)
    }
    return position
  }
  return {
    initGroups(at, slots, slotCount, keys) {
      words.setU32(at + groupTable.groupCount, 0)
      table.use(at, slots, slotCount, keys)
    },
    growGroups: (at, slots, slotCount, keys) => table.use(at, slots, slotCount, keys),
    groupRows,
    groupEntries(at, columns, memo, rows, count, from, groups) {
      const reached = groupRows(at, columns, rows, count, from, groups)
      for (let position = from; position < reached; position++) {
        const entry = words.u32(words.u32(columns + 12) + 4 * position)
        words.setU32(memo + (entry === nullEntry ? 0 : 4 * (entry + 1)), words.u32(groups + 4 * position) + 1)
      }
      return reached
    },
    groupOfKey(at, key) {
      const parts = table.read(key, words.u32(at + groupTable.keyCount))
      return table.find(at, parts) ?? table.add(at, parts) ?? -1
    },
    entriesOfRows(indices, kinds, rows, count, out) {
      const entries = words.rows(rows, count).map((row) => {
        const kind = words.u8(kinds + row)
        return kind === cellKind.null || kind === cellKind.missing ? nullEntry : words.u32(indices + 4 * row)
      })
      words.setRows(out, entries)
    },
    presentEntries(indices, kinds, rows, count, groups, entriesOut, groupsOut, positionsOut) {
      const present = words.rows(rows, count).flatMap((row, position) => {
        const kind = words.u8(kinds + row)
        return kind === cellKind.null || kind === cellKind.missing ? [] : [{ row, position }]
      })
      for (const [i, { row, position }] of present.entries()) {
        words.setU32(entriesOut + 4 * i, words.u32(indices + 4 * row))
        if (groups !== 0) words.setU32(groupsOut + 4 * i, words.u32(groups + 4 * position))
        words.setU32(positionsOut + 4 * i, position)
      }
      return present.length
    },
  }
}

function readPart(words: Words, column: number, selected: number, position: number): KeyPart | null {
  const entries = words.u32(column + 12)
  const row = entries === 0 ? selected : words.u32(entries + 4 * position)
  if (row === nullEntry) return { tag: groupTag.null, text: '' }
  const text = () => words.latin1(words.u32(words.u32(column) + 4 * row), words.u32(words.u32(column + 4) + 4 * row))
  const kind = words.u8(words.u32(column + 8) + row)
  if (words.u32(column + 4) === 0 && kind !== cellKind.null && kind !== cellKind.missing) {
    const value = words.i64(words.u32(column) + 8 * row)
    return isPlainNumber(String(value)) ? { tag: groupTag.number, text: String(value) } : null
  }
  switch (kind) {
    case cellKind.text:
      return { tag: groupTag.text, text: text() }
    case cellKind.number:
      return isPlainNumber(text()) ? { tag: groupTag.number, text: text() } : null
    case cellKind.true:
      return { tag: groupTag.true, text: '' }
    case cellKind.false:
      return { tag: groupTag.false, text: '' }
    case cellKind.null:
      return { tag: groupTag.null, text: '' }
    case cellKind.missing:
      return { tag: groupTag.missing, text: '' }
    default:
      return null
  }
}

function isPlainNumber(text: string): boolean {
  const digits = text.replace(/[-.]/g, '').length
  return digits <= 18 && text !== '-0' && /^-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/.test(text)
}

const comparable = (tag: number) => (tag === groupTag.missing ? groupTag.null : tag)

class Table {
  readonly #words: Words

  constructor(words: Words) {
    this.#words = words
  }

  use(at: number, slots: number, slotCount: number, keys: number): void {
    const words = this.#words
    words.setU32(at + groupTable.mask, slotCount - 1)
    words.setU32(at + groupTable.groupsMax, slotCount / 2)
    words.setU32(at + groupTable.slots, slots)
    words.setU32(at + groupTable.keys, keys)
  }

  read(key: number, keyCount: number): KeyPart[] {
    let at = key
    return Array.from({ length: keyCount }, () => {
      const length = this.#words.u32(at + 4)
      const part = { tag: this.#words.u32(at), text: this.#words.latin1(at + 8, at + 8 + length) }
      at += 8 + length
      return part
    })
  }

  find(at: number, key: readonly KeyPart[]): number | null {
    const words = this.#words
    for (let group = 0; group < words.u32(at + groupTable.groupCount); group++) {
      const parts = this.read(words.u32(words.u32(at + groupTable.keys) + 4 * group), key.length)
      const same = parts.every(({ tag, text }, i) => {
        const other = key[i]
        return other !== undefined && comparable(other.tag) === comparable(tag) && other.text === text
      })
      if (same) return group
    }
    return null
  }

  add(at: number, key: readonly KeyPart[]): number | null {
    const words = this.#words
    const group = words.u32(at + groupTable.groupCount)
    const next = words.u32(at + groupTable.heapNext)
    const bytes = key.reduce((sum, { text }) => sum + 8 + text.length, 0)
    const end = next + ((bytes + 7) & ~7)
    if (group >= words.u32(at + groupTable.groupsMax) || end > words.u32(at + groupTable.heapEnd)) return null
    words.setU32(at + groupTable.groupCount, group + 1)
    words.setU32(at + groupTable.heapNext, end)
    words.setU32(words.u32(at + groupTable.keys) + 4 * group, next)
    let to = next
    for (const { tag, text } of key) {
      words.setU32(to, tag)
      words.setU32(to + 4, text.length)
      for (let i = 0; i < text.length; i++) words.setU8(to + 8 + i, text.charCodeAt(i))
      to += 8 + text.length
    }
    return group
  }
}
