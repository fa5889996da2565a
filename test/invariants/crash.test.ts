// I1: an acknowledged write survives `kill -9` of the process at any moment; what was not acknowledged happened whole or
// not at all. I4: when all is quiet afterwards, the catalogue equals the shards and no bytes are left over.
// EDGESHARD_TEST_KILLS asks for more kills, EDGESHARD_TEST_SEED for another load.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { audit, auditWhenQuiet } from '../support/audit.ts'
import { callsOf } from '../support/object-calls.ts'
import { randomFrom } from '../support/random.ts'
import { startServer } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'
import { Writer } from '../support/workload.ts'

const kills = Number(process.env['EDGESHARD_TEST_KILLS'] ?? 5)
const seed = Number(process.env['EDGESHARD_TEST_SEED'] ?? 1)
const writersCount = 6

// Kept when the server stops, for the last look.
const dataDir = mkdtempSync(path.join(tmpdir(), 'edgeshard-crash-'))
let server: TestServer

beforeAll(async () => {
  server = await startServer({
    dataDir,
    environment: { EDGESHARD_LEASE_MS: '3000', EDGESHARD_GRACE_MS: '1000', EDGESHARD_LOG: 'off' },
  })
})

afterAll(async () => {
  await server.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

it(`keeps what it acknowledged over ${kills} kills`, { timeout: 60_000 + kills * 30_000 }, async () => {
  const random = randomFrom(seed)
  const buckets = [
    { calls: callsOf(server, 'plain'), versioned: false },
    { calls: callsOf(server, 'other'), versioned: false },
    { calls: callsOf(server, 'kept'), versioned: true },
  ]
  for (const { calls, versioned } of buckets) {
    expect((await calls.send('PUT', '')).status).toBe(200)
    const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
    if (versioned) expect((await calls.send('PUT', '', { query: { versioning: '' }, body })).status).toBe(200)
  }
  const writers = Array.from(
    { length: writersCount },
    (_, index) => new Writer({ name: `w${index}`, buckets, keysPerBucket: 3, random: randomFrom(seed * 1000 + index) }),
  )
  for (let round = 0; round < kills; round++) {
    let stopped = false
    const load = Promise.all(writers.map((writer) => writer.run(() => stopped)))
    await sleep(600 + random(1200))
    stopped = true
    await server.kill9()
    await load
    await server.restart()
    await Promise.all(writers.map((writer) => writer.verify()))
    expect(writers.flatMap((writer) => writer.problems)).toEqual([])
  }
  // The kills met requests, and requests came through between them.
  expect(writers.reduce((sum, writer) => sum + writer.unanswered, 0)).toBeGreaterThan(0)
  expect(writers.reduce((sum, writer) => sum + writer.acknowledged, 0)).toBeGreaterThan(kills * writersCount)

  const quiet = await auditWhenQuiet(dataDir)
  expect(quiet.problems.concat(quiet.pending)).toEqual([])
  await Promise.all(writers.map((writer) => writer.verify()))
  expect(writers.flatMap((writer) => writer.problems)).toEqual([])
  await server.stop()
  const final = audit(dataDir)
  expect(final).toMatchObject({ problems: [], pending: [] })
  expect(final.versions).toBeGreaterThan(0)
  expect(final.extents).toBeGreaterThan(0)
})

// A shard under a stream of writes answers before the catalogue has heard of them.
it('lists right after a kill what was acknowledged right before it', async () => {
  const own = await startServer({ environment: { EDGESHARD_LOG: 'off' } })
  try {
    const calls = callsOf(own, 'stream')
    expect((await calls.send('PUT', '')).status).toBe(200)
    const keys: string[] = []
    for (let round = 0; round < 3; round++) {
      for (let count = 0; count < 60; count++) {
        const key = `${round}-${count}`
        expect((await calls.put(key, key)).status).toBe(200)
        keys.push(key)
      }
      await own.kill9()
      // The kill met what the catalogue did not know.
      expect(audit(own.dataDir).pending).not.toEqual([])
      await own.restart()
      expect((await calls.list()).map(({ key }) => key)).toEqual(keys.toSorted())
    }
  } finally {
    await own.stop()
  }
})
