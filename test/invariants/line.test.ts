// What only one machine has: Durable Objects that are called by line.
import { expect, it } from 'vitest'
import { shardName } from '../../src/store/placement.ts'
import { callsOf } from '../support/object-calls.ts'
import { startProbedServer } from '../support/probe/server.ts'

it('a shard that ends while it is called fails its calls soon, and is found again', async () => {
  const server = await startProbedServer()
  try {
    const calls = callsOf(server, 'line')
    expect((await calls.send('PUT', '')).status).toBe(200)
    await calls.put('key', 'before')
    const [bucket] = await server.run("SELECT bucket_id FROM buckets WHERE state = 'live'")
    const shard = shardName(String(bucket?.['bucket_id']), 2, 'key')

    // Its catalogue never answers, so that the write is still under way when the shard goes.
    await server.faults({ hang: 1 })
    const began = Date.now()
    const write = calls.put('key', 'lost')
    await expect.poll(async () => (await server.statements()).length).toBeGreaterThan(0)
    await server.call(shard, 'crash').catch(() => undefined)
    expect((await write).status).toBeGreaterThanOrEqual(500)
    expect(Date.now() - began).toBeLessThan(5_000)

    expect((await calls.put('key', 'after')).status).toBe(200)
    expect(await (await calls.get('key')).text()).toBe('after')
  } finally {
    await server.stop()
  }
})
