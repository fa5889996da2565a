// The half of the audit that is about bytes: every extent has its bytes and its owners, and nothing else is left.
import type { Audit, Row, ShardDatabase } from './audit.ts'

type Extent = { extent: string; store: string; size: number; home: string; token: string; owner: string; state: string }

/** Holds extents against files, owners, segments, and those that shards lent each other. `files`: sizes by name. */
export function checkExtents(shards: ShardDatabase[], files: ReadonlyMap<string, number>, result: Audit): void {
  result.files = files.size
  const homes = new Set<string>()
  for (const shard of shards) {
    for (const extent of shard.all('SELECT * FROM extents') as unknown as Extent[]) {
      if (extent.home === '' && extent.store === 'files') homes.add(extent.extent)
      checkExtent({ shard, extent, shards }, files, result)
    }
    checkContents(shard, result)
    checkBytes(shard, result)
    for (const { extent } of shard.all('SELECT extent FROM returns')) {
      result.pending.push(`Extent ${String(extent)} is to be returned`)
    }
  }
  for (const name of files.keys()) if (!homes.has(name)) result.problems.push(`File ${name} belongs to no extent`)
}

function checkExtent(
  { shard, extent, shards }: { shard: ShardDatabase; extent: Extent; shards: ShardDatabase[] },
  files: ReadonlyMap<string, number>,
  result: Audit,
): void {
  const { extent: name, home, state } = extent
  if (home === '') result.extents++
  else result.borrowed++
  if (state === 'provisional' || state === 'released') {
    result.pending.push(`Extent ${name} is ${state}`)
    return
  }
  if (state !== 'live') result.problems.push(`Extent ${name} is ${state}`)
  const further = shard.all('SELECT owner, due FROM extent_owners WHERE extent = ?', name)
  const owners = [extent.owner, ...further.map((row) => String(row['owner']))].filter((owner) => owner !== '')
  if (owners.length === 0) result.problems.push(`Extent ${name} has no owner`)
  for (const owner of owners) checkOwner({ shard, extent: name, owner, shards }, result)
  if (home === '') {
    if (extent.store === 'files' && files.get(name) !== extent.size)
      result.problems.push(`Extent ${name} has ${files.get(name)} of ${extent.size} bytes`)
  } else checkLoan(extent, shard, { shards, result })
  for (const { owner, due } of further) {
    if (Number(due) > 0) result.pending.push(`Extent ${name} does not know whether ${String(owner)} kept it`)
  }
}

/** An owner is a content of the same shard, or `shard|token` of a borrower. */
function checkOwner(
  at: { shard: ShardDatabase; extent: string; owner: string; shards: ShardDatabase[] },
  result: Audit,
): void {
  const { shard, extent, owner, shards } = at
  const [borrower = '', token] = owner.split('|')
  if (token === undefined) {
    const segments = shard.all('SELECT 1 FROM segments WHERE content = ? AND extent = ?', owner, extent)
    if (segments.length === 0) result.problems.push(`Content ${owner} owns extent ${extent} and does not use it`)
    return
  }
  const held = shardsOf(shards, borrower).some(
    (other) => other.all('SELECT 1 FROM extents WHERE extent = ? AND token = ?', extent, token).length > 0,
  )
  // A loan that was never taken up ends when its borrower is asked.
  if (!held) result.pending.push(`${owner} is entered as borrower of extent ${extent} and does not have it`)
}

/** A borrowed extent is live at its home, and its home knows. */
function checkLoan(
  { extent, home, token }: Extent,
  borrower: ShardDatabase,
  { shards, result }: { shards: ShardDatabase[]; result: Audit },
): void {
  const known = shardsOf(shards, home).some(
    (shard) =>
      shard.all("SELECT 1 FROM extents WHERE extent = ? AND home = '' AND state = 'live'", extent).length > 0 &&
      shard
        .all('SELECT owner FROM extent_owners WHERE extent = ?', extent)
        .some(({ owner }) => isEntry(String(owner), borrower.bucketId, token)),
  )
  if (!known) result.problems.push(`Extent ${extent} is borrowed from ${home}, which does not know or have it`)
}

function isEntry(owner: string, bucketId: string, token: string): boolean {
  return owner.startsWith(`${bucketId}.`) && owner.endsWith(`|${token}`)
}

/** A shard's own name is not in its database: all shards of the bucket in question. */
function shardsOf(shards: ShardDatabase[], name: string): ShardDatabase[] {
  return shards.filter(({ bucketId }) => name.startsWith(`${bucketId}.`))
}

/** Every content that has segments is a version's or an upload's, owns its extents, and is as long as it should be. */
function checkContents(shard: ShardDatabase, result: Audit): void {
  const expected = new Map<string, number | null>()
  for (const { content, size } of shard.all("SELECT content, size FROM versions WHERE content <> ''")) {
    expected.set(String(content), Number(size))
  }
  for (const { upload_id: id } of shard.all('SELECT upload_id FROM uploads WHERE completed IS NULL')) {
    expected.set(String(id), null)
  }
  const found = new Map<string, number>()
  for (const { content, bytes } of shard.all('SELECT content, sum(length) AS bytes FROM segments GROUP BY content')) {
    found.set(String(content), Number(bytes))
  }
  for (const [content, size] of expected) {
    const bytes = found.get(content) ?? 0
    if (size !== null && bytes !== size) result.problems.push(`Content ${content} has ${bytes} of ${size} bytes`)
  }
  for (const content of found.keys()) {
    if (!expected.has(content)) result.problems.push(`Content ${content} has segments and is nobody's`)
  }
  const parts = shard.all('SELECT DISTINCT content FROM parts')
  for (const { content } of parts) {
    if (!expected.has(String(content))) result.problems.push(`Content ${String(content)} has parts and is nobody's`)
  }
  for (const row of shard.all('SELECT DISTINCT content, extent FROM segments')) checkSegment(shard, row, result)
}

function checkSegment(shard: ShardDatabase, { content, extent }: Row, result: Audit): void {
  const owned = shard.all(
    `SELECT 1 FROM extents WHERE extent = ?1 AND state = 'live' AND (owner = ?2
       OR EXISTS (SELECT 1 FROM extent_owners WHERE extent = ?1 AND owner = ?2))`,
    String(extent),
    String(content),
  )
  if (owned.length === 0) {
    result.problems.push(`Content ${String(content)} uses extent ${String(extent)}, which is not live or not its own`)
  }
}

/** Extents whose bytes lie in the shard itself. */
function checkBytes(shard: ShardDatabase, result: Audit): void {
  const wrong = shard.all(
    `SELECT extents.extent AS extent FROM extents LEFT JOIN extent_bytes USING (extent)
     WHERE store = 'shard' AND state = 'live' AND size IS NOT length(bytes)
     UNION ALL SELECT extent FROM extent_bytes WHERE extent NOT IN (SELECT extent FROM extents)`,
  )
  for (const { extent } of wrong)
    result.problems.push(`The bytes of extent ${String(extent)} are not as they should be`)
}
