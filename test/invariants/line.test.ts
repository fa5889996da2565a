// What only one machine has: Durable Objects that are called by line.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { shardName } from '../../src/store/placement.ts'
import { callsOf } from '../support/object-calls.ts'
import { startProbedServer } from '../support/probe/server.ts'
import type { ProbedServer } from '../support/probe/server.ts'

let server: ProbedServer

beforeAll(async () => {
  server = await startProbedServer()
})

afterAll(async () => {
  await server.stop()
})

/** A bucket with one object, and the shard it lies in. */
async function bucketWithShard(name: string) {
  const calls = callsOf(server, name)
  const ids = async () => (await server.run('SELECT bucket_id FROM buckets')).map((row) => String(row['bucket_id']))
  const others = await ids()
  expect((await calls.send('PUT', '')).status).toBe(200)
  await calls.put('key', 'before')
  const bucket = (await ids()).find((id) => !others.includes(id)) ?? ''
  return { calls, shard: shardName(bucket, 2, 'key') }
}

it('a shard that ends while it is called fails its calls soon, and is found again', async () => {
  const { calls, shard } = await bucketWithShard('ended')
  // Its catalogue never answers, so that the write is still under way when the shard goes.
  const before = (await server.statements()).length
  await server.faults({ hang: 1 })
  const began = Date.now()
  const write = calls.put('key', 'lost')
  await expect.poll(async () => (await server.statements()).length).toBeGreaterThan(before)
  await server.call(shard, 'crash').catch(() => undefined)
  expect((await write).status).toBeGreaterThanOrEqual(500)
  expect(Date.now() - began).toBeLessThan(5_000)

  expect((await calls.put('key', 'after')).status).toBe(200)
  expect(await (await calls.get('key')).text()).toBe('after')
})

it('a shard whose line is replaced while it is called answers all the same', async () => {
  const { calls, shard } = await bucketWithShard('replaced')
  const before = (await server.statements()).length
  await server.faults({ delay: 2_500 })
  const write = calls.put('key', 'slow')
  await expect.poll(async () => (await server.statements()).length).toBeGreaterThan(before)
  // Somebody else holds the line: after a second the write's caller looks who answers.
  void server.call(shard, 'hold').catch(() => undefined)
  const others = Promise.all(Array.from({ length: 8 }, () => calls.put('key', 'slow')))
  expect((await write).status).toBe(200)
  expect((await others).map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200))
  await server.faults({ delay: 0 })
  expect(await (await calls.get('key')).text()).toBe('slow')
})
