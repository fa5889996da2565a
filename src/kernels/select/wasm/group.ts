// The hash table of GROUP BY and DISTINCT: open addressing, a slot is { u32 hash, u32 group + 1 }; at most half of them are used.
// AssemblyScript, not TypeScript: compiled by infra/build-kernels.mjs.
import { hashText, sameText } from './text'

export function initGroups(table: usize, slots: usize, slotCount: u32, keys: usize): void {
  memory.fill(slots, 0, (<usize>slotCount) << 3)
  store<u32>(table, slotCount - 1)
  store<u32>(table, 0, 4)
  store<u32>(table, slotCount >> 1, 8)
  store<u32>(table, <u32>slots, 12)
  store<u32>(table, <u32>keys, 16)
}

export function growGroups(table: usize, slots: usize, slotCount: u32, keys: usize): void {
  const old = <usize>load<u32>(table, 12)
  const oldCount = load<u32>(table) + 1
  memory.fill(slots, 0, (<usize>slotCount) << 3)
  const mask = slotCount - 1
  for (let i: u32 = 0; i < oldCount; i++) {
    const slot = load<u64>(old + ((<usize>i) << 3))
    if (slot >> 32 == 0) continue
    let at = <u32>slot & mask
    while (load<u32>(slots + ((<usize>at) << 3), 4) != 0) at = (at + 1) & mask
    store<u64>(slots + ((<usize>at) << 3), slot)
  }
  store<u32>(table, mask)
  store<u32>(table, slotCount >> 1, 8)
  store<u32>(table, <u32>slots, 12)
  store<u32>(table, <u32>keys, 16)
}

/** The tag of a cell, or 0 for the caller. */
function tagOf(kind: u32, start: usize, end: usize): u32 {
  switch (kind) {
    case 0:
      return 1
    case 2:
      return isPlainNumber(start, end) ? 2 : 0
    case 3:
      return 3
    case 4:
      return 4
    case 5:
      return 5
    case 6:
      return 6
    default:
      return 0
  }
}

/** Whether a number is written in the one way that stands for all. */
function isPlainNumber(at: usize, end: usize): bool {
  const negative = load<u8>(at) == 0x2d
  at += <usize>negative
  const length = end - at
  if (length == 0 || length > 19) return false
  const leading = load<u8>(at)
  let point: usize = 0
  for (let i = at; i < end; i++) {
    const byte = load<u8>(i)
    if (byte - 0x30 < <u8>10) continue
    if (byte != 0x2e || point != 0 || i == at) return false
    point = i
  }
  if (leading == 0x30 && length > 1 && point != at + 1) return false
  if (point == 0) return length < 19 && !(leading == 0x30 && negative)
  return load<u8>(end - 1) != 0x30 && load<u8>(end - 1) != 0x2e
}

/** NULL and MISSING hash, and compare, as one. */
function mixPart(hash: u32, tag: u32, text: usize, length: u32): u32 {
  const part = tag >= 3 && tag <= 6 ? (tag >= 5 ? 5 : tag) : hashText(text, length) ^ tag
  return (hash ^ part) * 0x9e3779b1 + (hash >> 15)
}

function bytesOf(tag: u32, start: usize, end: usize): u32 {
  return tag == 1 || tag == 2 ? <u32>(end - start) : 0
}

function sameTag(a: u32, b: u32): bool {
  return a == b || (a >= 5 && a <= 6 && b >= 5 && b <= 6)
}

/** What the last `readPart` read. */
let tag: u32 = 0
let start: usize = 0
let end: usize = 0

function readPart(column: usize, row: u32, position: usize): void {
  const entries = <usize>load<u32>(column, 12)
  if (entries != 0) row = load<u32>(entries + (position << 2))
  // A null of a dictionary has no entry.
  const kind: u32 = row == u32.MAX_VALUE ? 5 : load<u8>(<usize>load<u32>(column, 8) + row)
  if (kind <= 2) {
    start = load<u32>(<usize>load<u32>(column) + ((<usize>row) << 2))
    end = load<u32>(<usize>load<u32>(column, 4) + ((<usize>row) << 2))
  }
  tag = tagOf(kind, start, end)
}

export function groupRows(table: usize, columns: usize, rows: usize, count: u32, from: u32, groups: usize): u32 {
  let i = <usize>from
  const keyCount = load<u32>(table, 28)
  const columnsEnd = columns + ((<usize>keyCount) << 4)
  for (; i < <usize>count; i++) {
    const row = load<u32>(rows + (i << 2))
    let hash: u32 = 0
    let bytes: u32 = 0
    let plain = true
    for (let column = columns; column < columnsEnd; column += 16) {
      readPart(column, row, i)
      if (tag == 0) {
        plain = false
        break
      }
      const length = bytesOf(tag, start, end)
      bytes += 8 + length
      hash = mixPart(hash, tag, start, length)
    }
    if (!plain) break
    const mask = load<u32>(table)
    const slots = <usize>load<u32>(table, 12)
    let at = hash & mask
    let group: u32 = 0
    while (true) {
      const slot = slots + ((<usize>at) << 3)
      group = load<u32>(slot, 4)
      if (group == 0 || (load<u32>(slot) == hash && isKeyOf(table, group - 1, columns, row, i))) break
      at = (at + 1) & mask
    }
    if (group == 0) {
      group = addGroup(table, slots + ((<usize>at) << 3), hash, bytes)
      if (group == 0) break
      writeKey(load<u32>(<usize>load<u32>(table, 16) + ((<usize>(group - 1)) << 2)), columns, columnsEnd, row, i)
    }
    store<u32>(groups + (i << 2), group - 1)
  }
  return <u32>i
}

function isKeyOf(table: usize, group: u32, columns: usize, row: u32, position: usize): bool {
  let key = <usize>load<u32>(<usize>load<u32>(table, 16) + ((<usize>group) << 2))
  const columnsEnd = columns + ((<usize>load<u32>(table, 28)) << 4)
  for (let column = columns; column < columnsEnd; column += 16) {
    readPart(column, row, position)
    const length = bytesOf(tag, start, end)
    if (!sameTag(load<u32>(key), tag) || load<u32>(key, 4) != length) return false
    if (length != 0 && !sameText(key + 8, start, length)) return false
    key += 8 + length
  }
  return true
}

/** Takes the slot for a new group with so many bytes of key; returns its number plus one, or 0 when there is no room. */
function addGroup(table: usize, slot: usize, hash: u32, bytes: u32): u32 {
  const group = load<u32>(table, 4)
  const next = load<u32>(table, 20)
  const room = (bytes + 7) & ~7
  if (group >= load<u32>(table, 8) || <u64>next + <u64>room > <u64>load<u32>(table, 24)) return 0
  store<u32>(table, group + 1, 4)
  store<u32>(table, next + room, 20)
  store<u32>(<usize>load<u32>(table, 16) + ((<usize>group) << 2), next)
  store<u32>(slot, hash)
  store<u32>(slot, group + 1, 4)
  return group + 1
}

function writeKey(key: usize, columns: usize, columnsEnd: usize, row: u32, position: usize): void {
  for (let column = columns; column < columnsEnd; column += 16) {
    readPart(column, row, position)
    const length = bytesOf(tag, start, end)
    store<u32>(key, tag)
    store<u32>(key, length, 4)
    memory.copy(key + 8, start, length)
    key += 8 + length
  }
}

export function groupOfKey(table: usize, key: usize, length: u32): i32 {
  const keyCount = load<u32>(table, 28)
  let hash: u32 = 0
  let at = key
  for (let part: u32 = 0; part < keyCount; part++) {
    hash = mixPart(hash, load<u32>(at), at + 8, load<u32>(at, 4))
    at += 8 + load<u32>(at, 4)
  }
  const mask = load<u32>(table)
  const slots = <usize>load<u32>(table, 12)
  let index = hash & mask
  let slot: usize = 0
  while (true) {
    slot = slots + ((<usize>index) << 3)
    const group = load<u32>(slot, 4)
    if (group == 0) break
    if (
      load<u32>(slot) == hash &&
      isSameKey(load<u32>(<usize>load<u32>(table, 16) + ((<usize>(group - 1)) << 2)), key, keyCount)
    ) {
      return <i32>group - 1
    }
    index = (index + 1) & mask
  }
  const added = addGroup(table, slot, hash, length)
  if (added == 0) return -1
  memory.copy(load<u32>(<usize>load<u32>(table, 16) + ((<usize>(added - 1)) << 2)), key, length)
  return <i32>added - 1
}

function isSameKey(a: usize, b: usize, keyCount: u32): bool {
  for (let part: u32 = 0; part < keyCount; part++) {
    const length = load<u32>(a, 4)
    if (!sameTag(load<u32>(a), load<u32>(b)) || load<u32>(b, 4) != length || !sameText(a + 8, b + 8, length))
      return false
    a += 8 + length
    b += 8 + length
  }
  return true
}

export function entriesOfRows(indices: usize, kinds: usize, rows: usize, count: u32, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = load<u32>(rows + (i << 2))
    const absent = load<u8>(kinds + row) - 5 < <u8>2
    store<u32>(out + (i << 2), absent ? u32.MAX_VALUE : load<u32>(indices + ((<usize>row) << 2)))
  }
}

export function presentEntries(
  indices: usize,
  kinds: usize,
  rows: usize,
  count: u32,
  groups: usize,
  entriesOut: usize,
  groupsOut: usize,
  positionsOut: usize,
): u32 {
  let found: usize = 0
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = load<u32>(rows + (i << 2))
    if (load<u8>(kinds + row) - 5 < <u8>2) continue
    store<u32>(entriesOut + found, load<u32>(indices + ((<usize>row) << 2)))
    if (groups != 0) store<u32>(groupsOut + found, load<u32>(groups + (i << 2)))
    store<u32>(positionsOut + found, <u32>i)
    found += 4
  }
  return <u32>(found >> 2)
}
