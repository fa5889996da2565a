// The parts of a KeyShard over a database in memory, without workerd and without a catalogue.
import { Contents } from '../../src/shard/contents.ts'
import { Copies } from '../../src/shard/copies.ts'
import { Extents } from '../../src/shard/extents.ts'
import { Multipart } from '../../src/shard/multipart.ts'
import { Outbox } from '../../src/shard/outbox.ts'
import { Reads } from '../../src/shard/reads.ts'
import { upgradeSchema } from '../../src/shard/schema.ts'
import { Sequence } from '../../src/shard/sequence.ts'
import { Versions } from '../../src/shard/versions.ts'
import { Writes } from '../../src/shard/writes.ts'
import type { ShardState } from '../../src/shard/versions.ts'
import { memoryStorage } from './sql-storage.ts'

export interface MemoryShard {
  state: ShardState
  versions: Versions
  reads: Reads
  writes: Writes
  copies: Copies
  multipart: Multipart
}

const now = (): number => 1_000

/** Its clock stands at 1 s. */
export function startShard(): MemoryShard {
  const storage = memoryStorage()
  upgradeSchema(storage)
  const { sql } = storage
  const extents = new Extents(sql, { now, leaseMilliseconds: 1, graceMilliseconds: 1 })
  const outbox = new Outbox(sql, {
    shardId: 's',
    bucket: null,
    database: () => {
      throw new Error('No catalogue here')
    },
    now,
    onGone: () => {},
  })
  const state = { sql, sequence: new Sequence(sql), extents, contents: new Contents(sql, extents), outbox, now }
  const versions = new Versions(state)
  const reads = new Reads(state, versions)
  const copies = new Copies(state, versions, reads, 's')
  const multipart = new Multipart(state, { versions, reads, copies })
  return { state, versions, reads, writes: new Writes(state, versions), copies, multipart }
}
