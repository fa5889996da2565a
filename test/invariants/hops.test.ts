// What each operation costs: calls of shards, statements, requests to the bulk store. Limits the design promises.
import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { shardName } from '../../src/store/placement.ts'
import { callsOf, type BucketCalls } from '../support/object-calls.ts'
import { startProbedServer, type ProbedServer } from '../support/probe/server.ts'

const MiB = 1024 * 1024
const large = randomBytes(MiB)

let server: ProbedServer
let calls: BucketCalls
/** Keys of the bucket's shard 0 and of its shard 1. */
let here: string[]
let there: string[]

beforeAll(async () => {
  server = await startProbedServer()
  calls = callsOf(server, 'hops')
  await calls.send('PUT', '')
  const [bucket] = await server.run("SELECT bucket_id FROM buckets WHERE state = 'live'")
  const keys = Array.from({ length: 60 }, (_, index) => `key-${index}`)
  const shardOf = (key: string) => shardName(String(bucket?.['bucket_id']), 2, key)
  here = keys.filter((key) => shardOf(key).endsWith('.0'))
  there = keys.filter((key) => shardOf(key).endsWith('.1'))
  await calls.put(here[0]!, 'small')
  await calls.put(here[1]!, large)
})

afterAll(async () => {
  await server.stop()
})

/** `shard control catalog volume`, and the requests to files without the names of extents. Caches are warm. */
async function costOf(work: () => Promise<unknown>): Promise<{ hops: string; files: string[] }> {
  for (;;) {
    // The bucket and the key are remembered for seconds: when they were read anew in between, it is done again.
    await calls.send('HEAD', '')
    const counts = await server.countsOf(work)
    if (counts.control > 0) continue
    return {
      hops: `${counts.shard} shard, ${counts.catalog} catalogue, ${counts.volume} volume`,
      files: counts.files.map((text) => text.replace(/ of .*/, '')),
    }
  }
}

async function ok(response: Promise<Response>, status = 200): Promise<Response> {
  const answer = await response
  const text = await answer.clone().arrayBuffer()
  expect(answer.status, Buffer.from(text).toString('utf8').slice(0, 300)).toBe(status)
  return answer
}

const oneHop = '1 shard, 0 catalogue, 0 volume'
const twoHops = '2 shard, 0 catalogue, 0 volume'

describe('a request costs', () => {
  it.each<[string, string, string[], () => Promise<unknown>]>([
    ['GET of a small object', oneHop, [], () => ok(calls.get(here[0]!))],
    ['HEAD of a small object', oneHop, [], () => ok(calls.send('HEAD', here[0]!))],
    ['HEAD of a large object', oneHop, [], () => ok(calls.send('HEAD', here[1]!))],
    ['GET of a large object', oneHop, ['GET'], () => ok(calls.get(here[1]!))],
    ['GET that finds nothing', oneHop, [], () => ok(calls.get('nothing'), 404)],
    ['PUT of a small object', oneHop, [], () => ok(calls.put(here[2]!, 'small'))],
    ['PUT of a large object', twoHops, ['PUT'], () => ok(calls.put(here[3]!, large))],
    ['DELETE', oneHop, [], () => ok(calls.remove(here[3]!), 204)],
    ['DELETE of nothing', oneHop, [], () => ok(calls.remove('nothing'), 204)],
    [
      'PutObjectTagging',
      oneHop,
      [],
      () =>
        ok(
          calls.send('PUT', here[0]!, {
            query: { tagging: '' },
            body: '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>',
          }),
        ),
    ],
    ['GetObjectTagging', oneHop, [], () => ok(calls.send('GET', here[0]!, { query: { tagging: '' } }))],
    ['a copy within the shard', oneHop, [], () => ok(calls.copy(here[4]!, `hops/${here[1]}`))],
    ['a copy of a small object across shards', twoHops, [], () => ok(calls.copy(there[0]!, `hops/${here[0]}`))],
    ['a copy of a large object across shards', twoHops, [], () => ok(calls.copy(there[1]!, `hops/${here[1]}`))],
    ['a LIST page', '0 shard, 1 catalogue, 0 volume', [], () => calls.list(2)],
    [
      'a LIST page with a delimiter',
      '0 shard, 1 catalogue, 0 volume',
      [],
      () => ok(calls.send('GET', '', { query: { prefix: 'k', delimiter: '-' } })),
    ],
    ['a page of versions', '0 shard, 1 catalogue, 0 volume', [], () => calls.listVersions()],
    ['a page of uploads', '0 shard, 1 catalogue, 0 volume', [], () => calls.listUploads()],
  ])('%s: %s', async (_, hops, files, work) => {
    expect(await costOf(work)).toEqual({ hops, files })
  })

  it('a ranged GET: one hop, and the blocks it touches', async () => {
    const range = (bytes: string) => () =>
      ok(calls.send('GET', here[1]!, { headers: { range: `bytes=${bytes}` } }), 206)
    // Read anew, for a whole extent that was verified before is not verified again.
    await calls.put(here[1]!, large)
    const cost = await costOf(range('70000-70099'))
    expect(cost.hops).toBe(oneHop)
    expect(cost.files).toEqual(['GET 65536-131071'])
  })

  it('an upload: one hop to begin and to complete, two for a part; a range reads only its part', async () => {
    const key = here[5]!
    const parts = [randomBytes(5 * MiB), randomBytes(MiB)]
    let uploadId = ''
    expect((await costOf(async () => (uploadId = await calls.createUpload(key)))).hops).toBe(oneHop)
    const etags: string[] = []
    for (const [index, body] of parts.entries()) {
      const cost = await costOf(async () => {
        const part = await ok(calls.uploadPart(key, uploadId, { number: index + 1, body }))
        etags[index] = part.headers.get('etag') ?? ''
      })
      expect(cost).toEqual({ hops: twoHops, files: ['PUT'] })
    }
    expect(await costOf(() => ok(calls.complete(key, uploadId, etags)))).toEqual({ hops: oneHop, files: [] })
    const last = { headers: { range: `bytes=${5 * MiB + 10}-` } }
    const cost = await costOf(() => ok(calls.send('GET', key, last), 206))
    expect(cost).toEqual({ hops: oneHop, files: ['GET'] })
    const whole = await costOf(() => ok(calls.get(key)))
    expect(whole).toEqual({ hops: oneHop, files: ['GET', 'GET'] })
  })

  it('DeleteObjects: one hop for each shard concerned', async () => {
    const doomed = [...here.slice(6, 16), ...there.slice(6, 16)]
    const objects = doomed.map((key) => `<Object><Key>${key}</Key></Object>`).join('')
    const body = `<Delete>${objects}</Delete>`
    const headers = { 'content-md5': createHash('md5').update(body).digest('base64') }
    const cost = await costOf(() => ok(calls.send('POST', '', { query: { delete: '' }, headers, body })))
    expect(cost).toEqual({ hops: twoHops, files: [] })
  })
})

describe('a shard tells the catalogue', () => {
  it('of many writes in few statements', async () => {
    const writes = 200
    await server.faults({ statements: [], delay: 10 })
    await Promise.all(Array.from({ length: writes }, (_, index) => ok(calls.put(here[index % here.length]!, 'x'))))
    await server.faults({ delay: 0 })
    const statements = await server.statements()
    expect(statements.length).toBeLessThan(writes / 4)
  })
})
