// The wanted paths of JSON records as trees: for the strict reader, and written to kernel memory for jsonWalk.
import type { Arena } from '../../kernels/select/arena.ts'
import { fold, isAscii, keyMatches } from '../../kernels/select/json-record.ts'
import type { PathKey, PathNode } from '../../kernels/select/json-record.ts'
import {
  jsonKeyBytes,
  jsonKeyFields,
  jsonKeyWords,
  jsonNodeBytes,
  jsonNodeFields,
  jsonNodeFlag,
  jsonPathBytes,
  jsonPathFields,
  jsonTableBytes,
} from '../../kernels/select/json.ts'
import type { PathStep } from '../bind/bound.ts'

const noSlot = 0xffffffff
/** So many slots to be found are never found: records are read to their end. */
const neverLeave = 0x7fffffff
const encoder = new TextEncoder()

/** The tree of some paths: the slot of each is its number. A path without steps is the record; null stands for one that leads nowhere. */
export function pathTree(paths: readonly (readonly PathStep[] | null)[]): PathNode {
  const root: PathNode = { slot: null, keys: [], indices: [] }
  for (const [slot, steps] of paths.entries()) {
    if (steps === null) continue
    let node = root
    for (const step of steps) node = childOf(node, step)
    node.slot = slot
  }
  return root
}

function childOf(node: PathNode, step: PathStep): PathNode {
  const child: PathNode = { slot: null, keys: [], indices: [] }
  if (step.step === 'index') {
    const known = node.indices.find(({ index }) => index === step.index)
    if (known !== undefined) return known.node
    node.indices.push({ index: step.index, node: child })
  } else if (step.step === 'key') {
    const known = node.keys.find((key) => isSameKey(key, step))
    if (known !== undefined) return known.node
    node.keys.push({ name: step.name, caseSensitive: step.caseSensitive, node: child })
  }
  return child
}

function isSameKey(one: Omit<PathKey, 'node'>, other: Omit<PathKey, 'node'>): boolean {
  if (one.caseSensitive !== other.caseSensitive) return false
  return one.name === other.name || (!one.caseSensitive && fold(one.name) === fold(other.name))
}

/** Identifies a path: two that lead to the same value of every record have the same. */
export function pathId(steps: readonly PathStep[]): string {
  return JSON.stringify(
    steps.map((step) => {
      if (step.step === 'key') return step.caseSensitive ? [step.name] : fold(step.name)
      return step.step === 'index' ? step.index : null
    }),
  )
}

/** Three addresses. */
export interface SlotAddresses {
  starts: number
  ends: number
  kinds: number
}

/** Writes the tree and its slots; returns the address for jsonWalk. */
export function writePaths(arena: Arena, root: PathNode, slots: readonly SlotAddresses[]): number {
  const address = arena.allocate(jsonPathBytes)
  const slotTable = arena.allocate(slots.length * 12 + 4)
  const stack = arena.allocate((depthOf(root) + 2) * 16)
  const facts = factsOf(root)
  const rootAddress = writeNode(arena, root, facts)
  arena.u32.set(
    slots.flatMap(({ starts, ends, kinds }) => [starts, ends, kinds]),
    slotTable >> 2,
  )
  writeFields(arena, address, jsonPathFields, {
    root: rootAddress,
    slots: slotTable,
    slotCount: slots.length,
    leaves: facts.anyCase ? neverLeave : slots.length,
    serial: 0,
    stack,
  })
  return address
}

function depthOf(node: PathNode): number {
  return 1 + Math.max(0, ...[...node.keys, ...node.indices].map((child) => depthOf(child.node)))
}

interface Facts {
  /** A name without regard to case: that it is only one key shows at the record's end. */
  anyCase: boolean
  /** Two names may mean the same key. */
  overlaps: boolean
}

function factsOf({ keys, indices }: PathNode): Facts {
  const inner = [...keys, ...indices].map((child) => factsOf(child.node))
  return {
    anyCase: keys.some((key) => !key.caseSensitive) || inner.some(({ anyCase }) => anyCase),
    overlaps:
      keys.some((key) => keys.some((other) => other !== key && keyMatches(other, key.name))) ||
      inner.some(({ overlaps }) => overlaps),
  }
}

function writeNode(arena: Arena, node: PathNode, facts: Facts): number {
  const address = arena.allocate(jsonNodeBytes)
  const keys = arena.allocate(node.keys.length * jsonKeyBytes + 4)
  const indices = arena.allocate(node.indices.length * 8 + 4)
  for (const [number, key] of node.keys.entries()) {
    writeKey(arena, keys + number * jsonKeyBytes, key, writeNode(arena, key.node, facts))
  }
  const pairs = node.indices.flatMap((child) => [child.index, writeNode(arena, child.node, facts)])
  arena.u32.set(pairs, indices >> 2)
  const decodes = node.keys.some((key) => !key.caseSensitive && !isAscii(key.name))
  writeFields(arena, address, jsonNodeFields, {
    keyCount: node.keys.length,
    keys,
    slot: node.slot ?? noSlot,
    flags: (decodes ? jsonNodeFlag.decodes : 0) | (facts.overlaps ? jsonNodeFlag.overlaps : 0),
    hint: keys,
    indexCount: node.indices.length,
    indices,
    table: node.keys.length < 2 ? 0 : writeTable(arena, node.keys),
  })
  return address
}

/** Which keys' last letters are worth a closer look. */
function writeTable(arena: Arena, keys: readonly PathKey[]): number {
  const table = arena.allocate(jsonTableBytes)
  arena.u8.fill(0, table, table + jsonTableBytes)
  for (const { name } of keys) {
    const letters = encoder.encode(`"${name}`)
    const last = letters.at(-1) ?? 0
    const before = letters.at(-2)
    // Before the opening quote of an empty key may be anything.
    const befores = before === undefined ? Array.from({ length: 32 }, (_, bits) => bits) : [before & 31]
    for (const bits of befores) arena.u8[table + ((last & 31) | (bits << 5))] = 1
  }
  return table
}

function writeKey(arena: Arena, address: number, key: PathKey, node: number): void {
  const text = encoder.encode(`"${key.name}"`)
  const room = Math.ceil(text.length / 8) * 8
  const pattern = arena.allocate(room)
  const mask = arena.allocate(room)
  arena.u8.fill(0, pattern, pattern + room)
  arena.u8.fill(0, mask, mask + room)
  arena.u8.set(text, pattern)
  // The case of a letter of ASCII is one bit.
  const bits = Array.from(text, (byte) => (!key.caseSensitive && isLetter(byte) ? 0xdf : 0xff))
  arena.u8.set(bits, mask)
  const colon = 0x3a
  arena.u8.fill(0, address, address + jsonKeyBytes)
  arena.u8.set(lastEight([...text.map((byte, index) => byte & (bits[index] ?? 0)), colon]), address + jsonKeyWords.tail)
  arena.u8.set(lastEight([...bits, 0xff]), address + jsonKeyWords.tailMask)
  writeFields(arena, address, jsonKeyFields, {
    pattern,
    patternLength: text.length,
    mask,
    node,
    stamp: 0,
    caseSensitive: key.caseSensitive ? 1 : 0,
  })
}

/** The last eight bytes, behind zeros when there are fewer. */
function lastEight(bytes: readonly number[]): number[] {
  return [...Array.from({ length: 8 }, () => 0), ...bytes].slice(-8)
}

function isLetter(byte: number): boolean {
  return (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a
}

function writeFields<Name extends string>(
  arena: Arena,
  address: number,
  offsets: Record<Name, number>,
  values: Record<Name, number>,
): void {
  for (const name of Object.keys(offsets) as Name[]) arena.u32[(address + offsets[name]) >> 2] = values[name]
}
