// Queries that nodes answer, each in an isolate of its own: over large objects in parts, and those that SQLite finishes.
import { S3Error } from '../../errors.ts'
import { openFannedOut } from '../../select/fan-out/open-fanned-out.ts'
import { openOnNode } from '../../select/fan-out/open-on-node.ts'
import type { SelectNodes } from '../../select/fan-out/part-query.ts'
import { objectsBeside } from '../../select/finish/objects-beside.ts'
import type { SelectRequest } from '../../select/request.ts'
import type { SelectRun } from '../../select/select.ts'
import type { PinnedObject, StoredObject } from './object-source.ts'
import type { OpenSelect, QuerySetup } from './open-select.ts'

/** How a deployment does it. */
export interface SelectFanOut {
  /** Objects larger than this are answered in parts of about this size. */
  partBytes: number
  /** Nodes that read this object. */
  nodesFor(object: PinnedObject): SelectNodes
  /** The node for statements of several passes, which keep an isolate busy. They read this object, and those beside it. */
  finisherFor(object: PinnedObject, beside: readonly BesideObject[]): SelectNodes
}

/** An object as a statement names it, and the version that it is. */
export interface BesideObject {
  bucket: string
  key: string
  pinned: PinnedObject
}

interface NodeSetup extends QuerySetup {
  openOther: (object: { bucket: string; key: string }) => Promise<StoredObject>
}

interface Query {
  request: SelectRequest
  source: StoredObject
  setup: NodeSetup
}

/** Opens the query on nodes where that is possible and worth it, and otherwise by `open`. Throws as `open` does. */
export async function openMaybeOnNodes(
  open: OpenSelect,
  fanOut: SelectFanOut | null,
  query: Query,
): Promise<SelectRun> {
  const { request, source, setup } = query
  if (fanOut === null) return open(request, source, setup)
  const beside = objectsBeside(request)
  if (beside !== null) return openOnFinisher(fanOut, query, beside)
  const { partBytes } = fanOut
  if (source.size <= partBytes) return open(request, source, setup)
  const nodes = fanOut.nodesFor(source.pinned)
  const inParts = await openFannedOut({ request, source, now: setup.now, partBytes, nodes })
  return inParts ?? open(request, source, setup)
}

/** Whether the objects may be read is decided here: the node reads the versions it is given. */
async function openOnFinisher(
  fanOut: SelectFanOut,
  { request, source, setup }: Query,
  names: readonly { bucket: string; key: string }[],
): Promise<SelectRun> {
  const beside: BesideObject[] = []
  for (const { bucket, key } of names) {
    const { pinned } = await setup.openOther({ bucket, key })
    beside.push({ bucket, key, pinned })
  }
  // The node asks for the bytes itself.
  await source.close()
  return openOnNode({ request, now: setup.now, nodes: fanOut.finisherFor(source.pinned, beside) })
}

/** The object a statement names, of those that were opened for it. */
export function pinnedBeside(
  beside: readonly BesideObject[],
  { bucket, key }: { bucket: string; key: string },
): PinnedObject {
  const found = beside.find((one) => one.bucket === bucket && one.key === key)
  if (found === undefined)
    throw new S3Error('InternalError', { reason: 'A statement reads what was not opened for it' })
  return found.pinned
}
