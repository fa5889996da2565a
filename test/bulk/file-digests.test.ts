// Digests of stored extents, with a thread that answers in every way it may.
import { setTimeout as sleep, scheduler } from 'node:timers/promises'
import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FileDigests } from '../../src/bulk/file-digests.ts'
import type { StoredDigests } from '../../src/bulk/file-digests.ts'
import { createDigest } from '../../src/kernels/digest.ts'
import type { Digest } from '../../src/kernels/digest.ts'
import { fileDigestMilliseconds, fileDigestRetryMilliseconds } from '../../src/limits.ts'
import { bytesStream } from '../../src/bulk/streams.ts'

const files: Record<string, Uint8Array> = {
  'extent-1': Buffer.from('what the first has'),
  'extent-2': Buffer.from('.'),
}
const all = Buffer.from('what the first has.')
const md5 = createHash('md5').update(all).digest('hex')
const sha256 = createHash('sha256').update(all).digest('hex')
const read = vi.fn(async (extent: string) => bytesStream(files[extent] ?? new Uint8Array(0)))

/** A thread whose answer is made of the path and the lines it got. */
function threadThat(answers: (path: string, lines: string) => Response | Promise<Response>): FileDigests {
  const fetch = async (url: string, { body }: { body: ReadableStream<Uint8Array> }) =>
    answers(new URL(url).pathname, await new Response(body).text())
  return new FileDigests({ thread: { fetch } as unknown as Fetcher, read })
}

/** The MD5 of both extents; null when nobody computes it. */
async function digestsBy(digests: FileDigests): Promise<string[] | null> {
  const stored = digests.start(createDigest)
  if (stored === null) return null
  const begun = stored.begin(['MD5', 'CRC32', 'SHA256'])
  expect([...begun.keys()]).toEqual(['MD5'])
  stored.note('extent-1', 18)
  stored.note('extent-2', 1)
  return resultsOf(begun)
}

async function resultsOf(begun: ReadonlyMap<string, Digest>): Promise<string[]> {
  const results = await Promise.all([...begun.values()].map((digest) => digest.finish()))
  return results.map((result) => Buffer.from(result).toString('hex'))
}

const answered = Buffer.from('0123456789abcdef')
const taken = [answered.toString('hex')]

// What workerd has and Node has not.
beforeEach(() => {
  vi.stubGlobal('IdentityTransformStream', TransformStream)
  vi.stubGlobal('scheduler', scheduler)
  vi.spyOn(console, 'error').mockReturnValue()
  read.mockClear()
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

describe('FileDigests', () => {
  it('tells the thread the algorithms and the extents in their order, and takes its answer', async () => {
    let told: string[] = []
    const thread = threadThat((path, lines) => {
      told = [path, lines]
      return new Response(answered)
    })
    expect(await digestsBy(thread)).toEqual(taken)
    expect(told).toEqual(['/MD5', 'extent-1 18\nextent-2 1\n'])
    expect(read).not.toHaveBeenCalled()
  })

  it.each<[what: string, answers: () => Response | Promise<Response>]>([
    ['says that a file is not whole', () => new Response(null, { status: 409 })],
    ['answers with what is too short', () => new Response('short')],
    ['answers with what is too long', () => new Response(Buffer.alloc(17))],
    ['breaks off', () => Promise.reject(new Error('The connection was lost'))],
  ])('reads the extents itself when the thread %s, and leaves it alone for a while', async (_what, answers) => {
    vi.useFakeTimers({ toFake: ['Date'] })
    let answer = answers
    const digests = threadThat(() => answer())
    expect(await digestsBy(digests)).toEqual([md5])
    expect(read.mock.calls).toEqual([['extent-1'], ['extent-2']])
    expect(console.error).toHaveBeenCalledOnce()
    answer = () => new Response(answered)
    expect(await digestsBy(digests)).toBeNull()
    vi.setSystemTime(Date.now() + fileDigestRetryMilliseconds)
    expect(await digestsBy(digests)).toEqual(taken)
  })

  it('does not wait longer than its time for the answer', async () => {
    let waited = 0
    vi.stubGlobal('scheduler', { wait: async (milliseconds: number) => void (waited = milliseconds) })
    const never = threadThat(() => new Promise<Response>(() => undefined))
    expect(await digestsBy(never)).toEqual([md5])
    expect(waited).toBe(fileDigestMilliseconds)
  })

  it('asks nobody before an extent is begun, and breaks the request off when it is aborted', async () => {
    const fetch = vi.fn(async (_url: string, { body }: { body: ReadableStream<Uint8Array> }) => {
      await new Response(body).text()
      return new Response(answered)
    })
    const digests = new FileDigests({ thread: { fetch } as unknown as Fetcher, read })
    const stored = digests.start(createDigest) as StoredDigests
    stored.begin(['MD5'])
    stored.abort()
    expect(fetch).not.toHaveBeenCalled()
    stored.note('extent-1', 18)
    expect(fetch).toHaveBeenCalledOnce()
    stored.abort()
    await sleep(1)
    await expect(fetch.mock.results[0]?.value).rejects.toThrow()
  })

  it('has the thread compute all but CRC-32 while there are many bodies, and MD5 alone before and after', async () => {
    const digests = threadThat((path) => new Response(Buffer.alloc(path === '/MD5' ? 16 : 48, 7)))
    const begun = () => {
      const stored = digests.start(createDigest) as StoredDigests
      return { stored, digests: stored.begin(['CRC32', 'MD5', 'SHA256']) }
    }
    const many = Array.from({ length: 4 }, () => begun())
    for (const { stored, digests: some } of many) {
      expect([...some.keys()]).toEqual(['MD5'])
      stored.note('extent-1', 18)
    }
    const busy = begun()
    expect([...busy.digests.keys()]).toEqual(['MD5', 'SHA256'])
    busy.stored.note('extent-1', 18)
    expect(await resultsOf(busy.digests)).toEqual(['07'.repeat(16), '07'.repeat(32)])
    for (const { stored } of many) stored.abort()
    await sleep(5)
    expect([...begun().digests.keys()]).toEqual(['MD5'])
  })

  it('reads every digest back that the thread was to compute', async () => {
    const digests = threadThat(() => new Response(null, { status: 409 }))
    const open = Array.from({ length: 4 }, () => digests.start(createDigest) as StoredDigests)
    for (const stored of open) {
      stored.begin(['MD5'])
      stored.note('extent-1', 18)
    }
    const stored = digests.start(createDigest) as StoredDigests
    const begun = stored.begin(['MD5', 'SHA256'])
    stored.note('extent-1', 18)
    stored.note('extent-2', 1)
    expect(await resultsOf(begun)).toEqual([md5, sha256])
    for (const each of open) each.abort()
  })
})
