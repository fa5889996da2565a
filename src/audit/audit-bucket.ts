// Audit records in a bucket: gathered for a moment, then written as one object of newline-delimited JSON. The store is
// called directly, so that nothing written here is audited, authorised or refused by a policy.
import { auditAttemptsMax, auditRetryMilliseconds } from '../limits.ts'
import { describeError, logFault } from '../log.ts'
import { auditBatches, lostAuditRecords } from '../metrics.ts'
import { createStore } from '../store/create-store.ts'
import { Batches, type WriteBatch } from './batches.ts'
import { MemoryBody } from './memory-body.ts'
import type { Env } from '../env.ts'
import type { Store } from '../store/store.ts'

/** What is needed of the store. */
export type BatchStore = Pick<Store, 'bucket' | 'put'>

/** Of this isolate. */
const batches = new Batches()

/** Takes a record in, to be written within a moment; without room for it, it is lost here and counted. */
export function gatherForBucket(env: Env, record: string, waitUntil: (work: Promise<unknown>) => void): void {
  if (!batches.add(record, { write: writer(env), waitUntil })) lostAuditRecords.add(1)
}

/** Writes what is gathered in this isolate. */
export function flushAuditBatch(env: Env): Promise<void> {
  return batches.flush(writer(env))
}

function writer(env: Env): WriteBatch {
  const place = { bucketName: env.EDGESHARD_AUDIT_BUCKET ?? '', prefix: env.EDGESHARD_AUDIT_PREFIX ?? '' }
  return (records) => writeBatch(createStore(env), records, place)
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
