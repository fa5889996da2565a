// Queries over large objects, answered in parts by nodes.
import { openFannedOut } from '../../select/fan-out/open-fanned-out.ts'
import type { SelectNodes } from '../../select/fan-out/part-query.ts'
import type { SelectRequest } from '../../select/request.ts'
import type { PinnedObject, StoredObject } from './object-source.ts'
import type { OpenSelect, QuerySetup } from './open-select.ts'
import type { SelectRun } from '../../select/select.ts'

/** How a deployment does it. */
export interface SelectFanOut {
  /** Objects larger than this are answered in parts of about this size. */
  partBytes: number
  /** Nodes that read this object. */
  nodesFor(object: PinnedObject): SelectNodes
}

/** Opens the query in parts where that is possible, and otherwise by `open`. Throws as `open` does. */
export async function openMaybeInParts(
  open: OpenSelect,
  fanOut: SelectFanOut | null,
  { request, source, setup }: { request: SelectRequest; source: StoredObject; setup: QuerySetup },
): Promise<SelectRun> {
  if (fanOut === null || source.size <= fanOut.partBytes) return open(request, source, setup)
  const { partBytes } = fanOut
  const nodes = fanOut.nodesFor(source.pinned)
  const inParts = await openFannedOut({ request, source, now: setup.now, partBytes, nodes })
  if (inParts === null) return open(request, source, setup)
  // The nodes read it; what was asked for ahead is given up.
  await source.close()
  return inParts
}
