// The hash table of GROUP BY and DISTINCT: open addressing, at most half of the slots are used. A slot is { u64, u64 identity,
// u32 group + 1, u32 address of the key }. The identity of a key of one part of up to 15 bytes is the key itself, with length and
// tag in the last byte, so that nothing else has to be looked at; of any other key it is a hash, and the last byte says so.
// AssemblyScript, not TypeScript: compiled by infra/build-kernels.mjs.
import { hashText, sameText, wordMask } from './text'

const hashed: u64 = 0xff00000000000000
const slotBytes: usize = 24
const inlineBytesMax: u32 = 15

export function initGroups(table: usize, slots: usize, slotCount: u32, keys: usize): void {
  memory.fill(slots, 0, <usize>slotCount * slotBytes)
  store<u32>(table, slotCount - 1)
  store<u32>(table, 0, 4)
  store<u32>(table, slotCount >> 1, 8)
  store<u32>(table, <u32>slots, 12)
  store<u32>(table, <u32>keys, 16)
}

// @ts-ignore: decorator
@inline
function placeOf(low: u64, high: u64): u32 {
  const mixed = (low ^ ((high << 23) | (high >> 41))) * 0x9e3779b97f4a7c15
  return <u32>(mixed >> 32) ^ <u32>(mixed >> 52)
}

export function growGroups(table: usize, slots: usize, slotCount: u32, keys: usize): void {
  const old = <usize>load<u32>(table, 12)
  const oldCount = load<u32>(table) + 1
  memory.fill(slots, 0, <usize>slotCount * slotBytes)
  const mask = slotCount - 1
  for (let i: u32 = 0; i < oldCount; i++) {
    const slot = old + <usize>i * slotBytes
    if (load<u32>(slot, 16) == 0) continue
    let at = placeOf(load<u64>(slot), load<u64>(slot, 8)) & mask
    while (load<u32>(slots + <usize>at * slotBytes, 16) != 0) at = (at + 1) & mask
    memory.copy(slots + <usize>at * slotBytes, slot, slotBytes)
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

/** The tag by which keys are compared: NULL and MISSING are one. */
function plainTag(tag: u32): u32 {
  return tag == 6 ? 5 : tag
}

/** The two words of a short key's identity. */
function lowWord(text: usize, length: u32): u64 {
  return load<u64>(text) & wordMask(min(length, 8))
}

function highWord(tag: u32, text: usize, length: u32): u64 {
  const rest = length > 8 ? load<u64>(text, 8) & wordMask(length - 8) : 0
  return rest | ((<u64>((length << 3) | plainTag(tag))) << 56)
}

function mixPart(hash: u64, tag: u32, text: usize, length: u32): u64 {
  const part = (length == 0 ? 0 : <u64>hashText(text, length)) | ((<u64>plainTag(tag)) << 40) | ((<u64>length) << 43)
  return ((hash << 7) ^ (hash >> 50) ^ part) * 0x9e3779b97f4a7c15
}

function bytesOf(tag: u32, start: usize, end: usize): u32 {
  return tag == 1 || tag == 2 ? <u32>(end - start) : 0
}

/** What the last `readPart` read. */
let tag: u32 = 0
let start: usize = 0
let end: usize = 0

/** Where a whole number is written: up to 18 digits and a sign, before `integerEnd`. */
const integerText = memory.data(64)
const integerEnd: usize = integerText + 24
const integerMax: i64 = 1000000000000000000

/** Makes the text of a number the part, as JSON writes it, and returns the tag; 0 for numbers of more than 18 digits. */
function writeInteger(value: i64): u32 {
  if (value >= integerMax || value <= -integerMax) return 0
  let left = <u64>(value < 0 ? -value : value)
  let at = integerEnd
  do {
    at--
    store<u8>(at, <u8>(left % 10) + 0x30)
    left /= 10
  } while (left != 0)
  if (value < 0) {
    at--
    store<u8>(at, 0x2d)
  }
  start = at
  end = integerEnd
  return 2
}

function readPart(column: usize, row: u32, position: usize): void {
  const entries = <usize>load<u32>(column, 12)
  if (entries != 0) row = load<u32>(entries + (position << 2))
  // A null of a dictionary has no entry.
  const kind: u32 = row == u32.MAX_VALUE ? 5 : load<u8>(<usize>load<u32>(column, 8) + row)
  if (load<u32>(column, 4) == 0) {
    tag = kind == 5 || kind == 6 ? kind : writeInteger(load<i64>(<usize>load<u32>(column) + ((<usize>row) << 3)))
    return
  }
  if (kind <= 2) {
    start = load<u32>(<usize>load<u32>(column) + ((<usize>row) << 2))
    end = load<u32>(<usize>load<u32>(column, 4) + ((<usize>row) << 2))
  }
  tag = tagOf(kind, start, end)
}

/** By length: ones over so many of the first 15 bytes. */
const keyMasks = memory.data<u64>([
  0, 0, 0xff, 0, 0xffff, 0, 0xffffff, 0, 0xffffffff, 0, 0xffffffffff, 0, 0xffffffffffff, 0, 0xffffffffffffff, 0,
  0xffffffffffffffff, 0, 0xffffffffffffffff, 0xff, 0xffffffffffffffff, 0xffff, 0xffffffffffffffff, 0xffffff,
  0xffffffffffffffff, 0xffffffff, 0xffffffffffffffff, 0xffffffffff, 0xffffffffffffffff, 0xffffffffffff,
  0xffffffffffffffff, 0xffffffffffffff,
])

/** The group, plus one, of a row whose only key is a short text met before; 0 for the longer way. */
// @ts-ignore: decorator
@inline
function knownGroup(slots: usize, mask: u32, start: usize, length: u32): u32 {
  const key = v128.and(v128.load(start), v128.load(keyMasks + ((<usize>length) << 4)))
  const low = <u64>i64x2.extract_lane(key, 0)
  const high = <u64>i64x2.extract_lane(key, 1) | ((<u64>((length << 3) | 1)) << 56)
  let at = placeOf(low, high) & mask
  while (true) {
    const slot = slots + <usize>at * slotBytes
    const group = load<u32>(slot, 16)
    if (group == 0 || (load<u64>(slot) == low && load<u64>(slot, 8) == high)) return group
    at = (at + 1) & mask
  }
}

export function groupRows(table: usize, columns: usize, rows: usize, count: u32, from: u32, groups: usize): u32 {
  let i = <usize>from
  const columnsEnd = columns + ((<usize>load<u32>(table, 28)) << 4)
  const single = columnsEnd - columns == 16
  const mask = load<u32>(table)
  const slots = <usize>load<u32>(table, 12)
  const texts = single && load<u32>(columns, 12) == 0 && load<u32>(columns, 4) != 0
  for (; i < <usize>count; i++) {
    const row = load<u32>(rows + (i << 2))
    if (texts && load<u8>(<usize>load<u32>(columns, 8) + row) == 0) {
      const from: usize = load<u32>(<usize>load<u32>(columns) + ((<usize>row) << 2))
      const length = load<u32>(<usize>load<u32>(columns, 4) + ((<usize>row) << 2)) - <u32>from
      const known = length <= inlineBytesMax ? knownGroup(slots, mask, from, length) : 0
      if (known != 0) {
        store<u32>(groups + (i << 2), known - 1)
        continue
      }
    }
    let bytes: u32 = 0
    let low: u64 = 0
    let high = hashed
    for (let column = columns; column < columnsEnd; column += 16) {
      readPart(column, row, i)
      if (tag == 0) return <u32>i
      const length = bytesOf(tag, start, end)
      bytes += 8 + length
      if (single && length <= inlineBytesMax) {
        low = lowWord(start, length)
        high = highWord(tag, start, length)
      } else {
        low = mixPart(low, tag, start, length)
      }
    }
    let at = placeOf(low, high) & mask
    let slot: usize = 0
    let group: u32 = 0
    while (true) {
      slot = slots + <usize>at * slotBytes
      group = load<u32>(slot, 16)
      if (group == 0) break
      if (load<u64>(slot) == low && load<u64>(slot, 8) == high) {
        if (high != hashed || isKeyOf(load<u32>(slot, 20), columns, columnsEnd, row, i)) break
      }
      at = (at + 1) & mask
    }
    if (group == 0) {
      group = addGroup(table, slot, bytes)
      if (group == 0) break
      store<u64>(slot, low)
      store<u64>(slot, high, 8)
      writeKey(load<u32>(slot, 20), columns, columnsEnd, row, i)
    }
    store<u32>(groups + (i << 2), group - 1)
  }
  return <u32>i
}

export function groupEntries(table: usize, columns: usize, memo: usize, rows: usize, count: u32, from: u32, groups: usize): u32 {
  const entries = <usize>load<u32>(columns, 12)
  for (let i = from; i < count; i++) {
    const at = <usize>i << 2
    // That of NULL comes first.
    const known = memo + ((<usize>(load<u32>(entries + at) + 1)) << 2)
    let group = load<u32>(known)
    if (group == 0) {
      if (groupRows(table, columns, rows, i + 1, i, groups) == i) return i
      group = load<u32>(groups + at) + 1
      store<u32>(known, group)
    }
    store<u32>(groups + at, group - 1)
  }
  return count
}

function isKeyOf(key: usize, columns: usize, columnsEnd: usize, row: u32, position: usize): bool {
  for (let column = columns; column < columnsEnd; column += 16) {
    readPart(column, row, position)
    const length = bytesOf(tag, start, end)
    if (plainTag(load<u32>(key)) != plainTag(tag) || load<u32>(key, 4) != length) return false
    if (length != 0 && !sameText(key + 8, start, length)) return false
    key += 8 + length
  }
  return true
}

/** Takes the slot for a new group with so many bytes of key; returns its number plus one, or 0 when there is no room. */
function addGroup(table: usize, slot: usize, bytes: u32): u32 {
  const group = load<u32>(table, 4)
  const next = load<u32>(table, 20)
  const room = (bytes + 7) & ~7
  if (group >= load<u32>(table, 8) || <u64>next + <u64>room > <u64>load<u32>(table, 24)) return 0
  store<u32>(table, group + 1, 4)
  store<u32>(table, next + room, 20)
  store<u32>(<usize>load<u32>(table, 16) + ((<usize>group) << 2), next)
  store<u32>(slot, group + 1, 16)
  store<u32>(slot, next, 20)
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
  let low: u64 = 0
  let high = hashed
  if (keyCount == 1 && length <= 8 + inlineBytesMax) {
    low = lowWord(key + 8, length - 8)
    high = highWord(load<u32>(key), key + 8, length - 8)
  } else {
    let at = key
    for (let part: u32 = 0; part < keyCount; part++) {
      low = mixPart(low, load<u32>(at), at + 8, load<u32>(at, 4))
      at += 8 + load<u32>(at, 4)
    }
  }
  const mask = load<u32>(table)
  const slots = <usize>load<u32>(table, 12)
  let index = placeOf(low, high) & mask
  let slot: usize = 0
  while (true) {
    slot = slots + <usize>index * slotBytes
    const group = load<u32>(slot, 16)
    if (group == 0) break
    if (load<u64>(slot) == low && load<u64>(slot, 8) == high) {
      if (high != hashed || isSameKey(load<u32>(slot, 20), key, keyCount)) return <i32>group - 1
    }
    index = (index + 1) & mask
  }
  const added = addGroup(table, slot, length)
  if (added == 0) return -1
  store<u64>(slot, low)
  store<u64>(slot, high, 8)
  memory.copy(load<u32>(slot, 20), key, length)
  return <i32>added - 1
}

function isSameKey(a: usize, b: usize, keyCount: u32): bool {
  for (let part: u32 = 0; part < keyCount; part++) {
    const length = load<u32>(a, 4)
    if (plainTag(load<u32>(a)) != plainTag(load<u32>(b)) || load<u32>(b, 4) != length || !sameText(a + 8, b + 8, length))
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
