import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { batchKey, writeBatch, type BatchStore } from '../../src/audit/audit-bucket.ts'
import { auditAttemptsMax } from '../../src/limits.ts'
import { renderMetrics } from '../../src/metrics.ts'
import type { VerifiedBody } from '../../src/auth/body.ts'
import type { Bucket } from '../../src/store/buckets.ts'
import type { PutOptions } from '../../src/store/store.ts'

const place = { bucketName: 'trail', prefix: 'p/' }
let faults: string[] = []

beforeEach(() => {
  faults = []
  vi.spyOn(console, 'error').mockImplementation((line) => void faults.push(String(line)))
  vi.stubGlobal('scheduler', { wait: () => Promise.resolve() })
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

interface Put {
  key: string
  text: string
  options: PutOptions
  digests: Awaited<ReturnType<VerifiedBody['verify']>>
}

/** A store that fails so often before it takes anything. */
function storeOf(failures: number, outcome = 'written'): { store: BatchStore; puts: Put[] } {
  const puts: Put[] = []
  let left = failures
  const store = {
    bucket: (name: string) =>
      Promise.resolve(name === 'trail' ? ({ name, accountId: '111111111111' } as Bucket) : null),
    put: async (_: Bucket, key: string, body: VerifiedBody, options: PutOptions) => {
      if (left > 0) {
        left -= 1
        throw new Error('The shard is gone')
      }
      let text = ''
      for (let piece = await body.read(7); piece !== null; piece = await body.read(7)) {
        text += Buffer.from(piece).toString('utf8')
      }
      puts.push({ key, text, options, digests: await body.verify() })
      return { outcome } as never
    },
  }
  return { store, puts }
}

describe('writeBatch()', () => {
  it('writes one object of lines, owned by the owner of the bucket', async () => {
    const { store, puts } = storeOf(0)
    await writeBatch(store, ['{"a":1}', '{"b":2}'], place)
    expect(puts).toHaveLength(1)
    expect(puts[0]).toMatchObject({
      key: expect.stringMatching(/^p\/\d{4}\/\d\d\/\d\d\//),
      text: '{"a":1}\n{"b":2}\n',
      options: { owner: '111111111111', headers: { 'content-type': 'application/x-ndjson' }, conditions: null },
      // As md5sum says.
      digests: { size: 16, md5: 'c64e3ca146b974f14106f5c61b6f76e3' },
    })
    expect(faults).toEqual([])
  })

  it('tries again, under the same key', async () => {
    const { store, puts } = storeOf(auditAttemptsMax - 1)
    await writeBatch(store, ['{}'], place)
    expect(puts).toHaveLength(1)
    expect(faults).toEqual([])
  })

  it.each([
    ['the store fails', storeOf(auditAttemptsMax).store, place, 'The shard is gone'],
    ['the store refuses', storeOf(0, 'bucket-gone').store, place, 'The store answered bucket-gone'],
    ['there is no bucket', storeOf(0).store, { ...place, bucketName: 'other' }, 'There is no bucket other'],
  ])('says in the log what was lost when %s', async (_, store, where, message) => {
    const lostBefore = lost()
    await writeBatch(store, ['{}', '{}'], where)
    expect(faults).toHaveLength(1)
    expect(JSON.parse(faults[0] ?? '')).toMatchObject({ level: 'error', records: 2, error: message })
    expect(lost()).toBe(lostBefore + 2)
  })
})

function lost(): number {
  return Number(/^edgeshard_audit_lost_records_total (\d+)$/m.exec(renderMetrics())?.[1])
}

describe('batchKey()', () => {
  it('sorts by time under its day', () => {
    expect(batchKey('audit/', new Date(Date.UTC(2026, 10, 3, 4, 5, 6, 789)), 'u')).toBe(
      'audit/2026/11/03/20261103T040506Z-u.ndjson',
    )
    expect(batchKey('', new Date(0), 'u')).toBe('1970/01/01/19700101T000000Z-u.ndjson')
  })
})
