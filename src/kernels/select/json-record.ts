// The values at wanted paths of one JSON record, by a strict reader: what the kernels are held to, and what decides the records
// they leave unsettled. No I/O, no clock.
import { cellKind } from './cells.ts'
import { JsonCursor, JsonFault, jsonDepthMax } from './json-cursor.ts'

/** A tree of paths; the root stands for the record. */
export interface PathNode {
  /** Where the value's cell goes; null when only values within it are wanted. */
  slot: number | null
  keys: PathKey[]
  indices: { index: number; node: PathNode }[]
}

export interface PathKey {
  name: string
  caseSensitive: boolean
  node: PathNode
}

export type PutCell = (slot: number, start: number, end: number, kind: number) => void

/**
 * Calls `put` for every slot whose path leads to a value. Of equal keys the first counts. Throws JsonFault where the record is no JSON,
 * and where a name without regard to case is two different keys.
 */
export function walkRecord(
  bytes: Uint8Array,
  span: { start: number; end: number },
  root: PathNode,
  put: PutCell,
): void {
  const cursor = new JsonCursor(bytes, span.start, span.end)
  const nodes = [root]
  if (cursor.byte !== 0x7b) nodes.push(...bareNodes(root))
  walkValue(cursor, nodes, { put, depth: 0 })
  cursor.skipBlanks()
  if (cursor.at !== cursor.end) throw new JsonFault('syntax', cursor.at)
}

/** A record that is no object is the one value `_1` of itself. */
function bareNodes({ keys }: PathNode): PathNode[] {
  return keys.filter((key) => keyMatches(key, '_1')).map(({ node }) => node)
}

interface Walk {
  put: PutCell
  depth: number
}

const noNodes: readonly PathNode[] = []

function walkValue(cursor: JsonCursor, nodes: readonly PathNode[], walk: Walk): void {
  const start = cursor.at
  const { byte } = cursor
  if (byte === 0x22) {
    const escapes = cursor.passString()
    putAll(nodes, walk, [start + 1, cursor.at - 1, escapes ? cellKind.escaped : cellKind.text])
    return
  }
  if (byte === 0x7b || byte === 0x5b) {
    if (walk.depth === jsonDepthMax) throw new JsonFault('depth', start)
    const inner = { put: walk.put, depth: walk.depth + 1 }
    if (byte === 0x7b) walkObject(cursor, nodes, inner)
    else walkArray(cursor, nodes, inner)
    putAll(nodes, walk, [start, cursor.at, cellKind.nested])
    return
  }
  const first = cursor.passScalar()
  putAll(nodes, walk, [start, cursor.at, scalarKinds[String.fromCharCode(first)] ?? cellKind.number])
}

const scalarKinds: Record<string, number> = { t: cellKind.true, f: cellKind.false, n: cellKind.null }

function putAll(nodes: readonly PathNode[], { put }: Walk, [start, end, kind]: [number, number, number]): void {
  for (const { slot } of nodes) if (slot !== null) put(slot, start, end, kind)
}

function walkObject(cursor: JsonCursor, nodes: readonly PathNode[], walk: Walk): void {
  cursor.at++
  const wanted = nodes.flatMap(({ keys }) => keys)
  const found = new Map<PathKey, string>()
  for (let isFirst = true; cursor.next(0x7d, { isFirst }); isFirst = false) {
    const text = cursor.passKey()
    const matches: PathNode[] = []
    for (const key of wanted) {
      if (!keyMatches(key, text)) continue
      const earlier = found.get(key)
      if (earlier === undefined) matches.push(key.node)
      else if (earlier !== text) throw new JsonFault('ambiguous', cursor.at)
      found.set(key, text)
    }
    walkValue(cursor, matches, walk)
  }
}

function walkArray(cursor: JsonCursor, nodes: readonly PathNode[], walk: Walk): void {
  cursor.at++
  const wanted = nodes.flatMap(({ indices }) => indices)
  let element = 0
  for (let isFirst = true; cursor.next(0x5d, { isFirst }); isFirst = false) {
    const here = element
    element++
    const matches = wanted.length === 0 ? noNodes : wanted.filter(({ index }) => index === here).map(({ node }) => node)
    walkValue(cursor, matches, walk)
  }
}

/** Whether a key is the one a name means. Without regard to case, names in ASCII and others are never the same. */
export function keyMatches({ name, caseSensitive }: Omit<PathKey, 'node'>, key: string): boolean {
  if (name === key) return true
  if (caseSensitive) return false
  return isAscii(name) === isAscii(key) && fold(name) === fold(key)
}

/** What two names that are the same but for case have in common. */
export function fold(name: string): string {
  return name.toLowerCase()
}

export function isAscii(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- ASCII is what is meant
  return /^[\0-\x7f]*$/.test(text)
}
