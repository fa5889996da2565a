// MD5 of stored extents, with a thread that answers in every way it may.
import { setTimeout as sleep, scheduler } from 'node:timers/promises'
import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FileDigests } from '../../src/bulk/file-md5.ts'
import type { StoredDigest } from '../../src/bulk/file-md5.ts'
import { fileDigestMilliseconds, fileDigestRetryMilliseconds } from '../../src/limits.ts'
import { bytesStream } from '../../src/bulk/streams.ts'

const files: Record<string, Uint8Array> = {
  'extent-1': Buffer.from('what the first has'),
  'extent-2': Buffer.from('.'),
}
const digest = createHash('md5').update('what the first has.').digest('hex')
const read = vi.fn(async (extent: string) => bytesStream(files[extent] ?? new Uint8Array(0)))

/** A thread whose answer is made of the lines it got. */
function threadThat(answers: (lines: string) => Response | Promise<Response>): FileDigests {
  const fetch = async (_url: string, { body }: { body: ReadableStream<Uint8Array> }) =>
    answers(await new Response(body).text())
  return new FileDigests({ thread: { fetch } as unknown as Fetcher, read })
}

async function digestBy(digests: FileDigests): Promise<string | null> {
  const md5 = digests.startMd5()
  if (md5 === null) return null
  md5.note('extent-1', 18)
  md5.note('extent-2', 1)
  return Buffer.from(await md5.finish()).toString('hex')
}

const answered = Buffer.from('0123456789abcdef')

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
  it('tells the thread the extents in their order, and takes its answer', async () => {
    let told = ''
    const thread = threadThat((lines) => {
      told = lines
      return new Response(answered)
    })
    expect(await digestBy(thread)).toBe(answered.toString('hex'))
    expect(told).toBe('extent-1 18\nextent-2 1\n')
    expect(read).not.toHaveBeenCalled()
  })

  it.each<[what: string, answers: () => Response | Promise<Response>]>([
    ['says that a file is not whole', () => new Response(null, { status: 409 })],
    ['answers with what is no digest', () => new Response('short')],
    ['breaks off', () => Promise.reject(new Error('The connection was lost'))],
  ])('reads the extents itself when the thread %s, and leaves it alone for a while', async (_what, answers) => {
    vi.useFakeTimers({ toFake: ['Date'] })
    let answer = answers
    const digests = threadThat(() => answer())
    expect(await digestBy(digests)).toBe(digest)
    expect(read.mock.calls).toEqual([['extent-1'], ['extent-2']])
    expect(console.error).toHaveBeenCalledOnce()
    answer = () => new Response(answered)
    expect(await digestBy(digests)).toBeNull()
    vi.setSystemTime(Date.now() + fileDigestRetryMilliseconds)
    expect(await digestBy(digests)).toBe(answered.toString('hex'))
  })

  it('does not wait longer than its time for the answer', async () => {
    let waited = 0
    vi.stubGlobal('scheduler', { wait: async (milliseconds: number) => void (waited = milliseconds) })
    const never = threadThat(() => new Promise<Response>(() => undefined))
    expect(await digestBy(never)).toBe(digest)
    expect(waited).toBe(fileDigestMilliseconds)
  })

  it('asks nobody before an extent is begun, and breaks the request off when it is aborted', async () => {
    const fetch = vi.fn(async (_url: string, { body }: { body: ReadableStream<Uint8Array> }) => {
      await new Response(body).text()
      return new Response(answered)
    })
    const md5 = new FileDigests({ thread: { fetch } as unknown as Fetcher, read }).startMd5() as StoredDigest
    md5.abort()
    expect(fetch).not.toHaveBeenCalled()
    md5.note('extent-1', 18)
    expect(fetch).toHaveBeenCalledOnce()
    md5.abort()
    await sleep(1)
    await expect(fetch.mock.results[0]?.value).rejects.toThrow()
  })
})
