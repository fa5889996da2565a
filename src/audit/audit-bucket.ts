// Audit records in a bucket: gathered for a moment, then written as one object of newline-delimited JSON. The store is
// called directly, so that nothing written here is audited, authorised or refused by a policy.
import {
  auditAttemptsMax,
  auditBatchBytesMax,
  auditBatchesMax,
  auditBatchMilliseconds,
  auditBatchPatienceMilliseconds,
  auditRetryMilliseconds,
} from '../limits.ts'
import { describeError, logFault } from '../log.ts'
import { auditBatches, lostAuditRecords } from '../metrics.ts'
import { createStore } from '../store/create-store.ts'
import { MemoryBody } from './memory-body.ts'
import type { Env } from '../env.ts'
import type { Store } from '../store/store.ts'

/** What is needed of the store. */
export type BatchStore = Pick<Store, 'bucket' | 'put'>

type WaitUntil = (work: Promise<unknown>) => void

// Of this isolate.
let gathered: string[] = []
let gatheredChars = 0
let gatheredSince = 0
/** When each batch on its way set out. One whose request was torn down never comes back: it counts for a while only. */
let inFlight: number[] = []

/** Takes a record in. It is written within `auditBatchMilliseconds`, or at once when with it the batch is full. */
export function gatherForBucket(env: Env, record: string, waitUntil: WaitUntil): void {
  const now = Date.now()
  if (gatheredChars >= auditBatchBytesMax && !hasRoom(now)) {
    lostAuditRecords.add(1)
    return
  }
  gathered.push(record)
  gatheredChars += record.length
  if (gathered.length === 1) {
    gatheredSince = now
    waitUntil(scheduler.wait(auditBatchMilliseconds).then(() => flush(env)))
  } else if (isDue(now)) waitUntil(flush(env))
}

/** Full, or gathered so long ago that the request that was to write it must have been torn down. */
function isDue(now: number): boolean {
  if (gathered.length === 0) return false
  return gatheredChars >= auditBatchBytesMax || now - gatheredSince > 2 * auditBatchMilliseconds
}

function hasRoom(now: number): boolean {
  inFlight = inFlight.filter((since) => now - since < auditBatchPatienceMilliseconds)
  return inFlight.length < auditBatchesMax
}

/** Writes what is gathered, and what was gathered meanwhile when that is due. Never rejects. */
async function flush(env: Env): Promise<void> {
  const since = Date.now()
  // Those on their way take what is gathered when they are done.
  if (!hasRoom(since)) return
  inFlight.push(since)
  const place = { bucketName: env.EDGESHARD_AUDIT_BUCKET ?? '', prefix: env.EDGESHARD_AUDIT_PREFIX ?? '' }
  do {
    const records = gathered
    gathered = []
    gatheredChars = 0
    if (records.length > 0) await writeBatch(createStore(env), records, place)
  } while (isDue(Date.now()))
  const at = inFlight.indexOf(since)
  if (at >= 0) inFlight.splice(at, 1)
}

/** One object of these records. What fails is tried again, and in the end a fault in the log. Never rejects. */
export async function writeBatch(
  store: BatchStore,
  records: readonly string[],
  { bucketName, prefix }: { bucketName: string; prefix: string },
): Promise<void> {
  const key = batchKey(prefix, new Date(), crypto.randomUUID())
  const bytes = new TextEncoder().encode(`${records.join('\n')}\n`)
  for (let attempt = 1; ; attempt++) {
    try {
      await putBatch(store, { bucketName, key }, bytes)
      auditBatches.add(1, 'written')
      return
    } catch (error) {
      if (attempt < auditAttemptsMax) {
        await scheduler.wait(auditRetryMilliseconds)
        continue
      }
      auditBatches.add(1, 'failed')
      lostAuditRecords.add(records.length)
      const details = { bucket: bucketName, key, records: records.length, ...describeError(error) }
      logFault('A batch of audit records was not written to its bucket', details)
      return
    }
  }
}

async function putBatch(
  store: BatchStore,
  { bucketName, key }: { bucketName: string; key: string },
  bytes: Uint8Array,
): Promise<void> {
  const bucket = await store.bucket(bucketName)
  if (bucket === null) throw new Error(`There is no bucket ${bucketName}`)
  const { outcome } = await store.put(bucket, key, new MemoryBody(bytes), {
    headers: { 'content-type': 'application/x-ndjson' },
    tags: {},
    storageClass: 'STANDARD',
    owner: bucket.accountId,
    conditions: null,
  })
  if (outcome !== 'written') throw new Error(`The store answered ${outcome}`)
}

/** `<prefix>2026/11/23/20261123T101530Z-<unique>.ndjson`: in the order of time, as far as isolates agree on it. */
export function batchKey(prefix: string, time: Date, unique: string): string {
  const iso = time.toISOString()
  const day = iso.slice(0, 10).replaceAll('-', '/')
  const moment = `${iso.slice(0, 19).replaceAll(/[-:]/g, '')}Z`
  return `${prefix}${day}/${moment}-${unique}.ndjson`
}
