import { afterEach, describe, expect, it, vi } from 'vitest'
import { readSegments } from '../../src/bulk/read-segments.ts'
import { renderMetrics } from '../../src/metrics.ts'
import type { Env } from '../../src/env.ts'
import type { Segment } from '../../src/shard/rpc.ts'

const env = {} as Env
const damagedReads = () => Number(/^edgeshard_damaged_reads_total (\d+)$/m.exec(renderMetrics())?.[1])

/** A segment that lies in the shard itself. */
function inShard(bytes: Uint8Array | undefined): Segment {
  const facts = { store: 'shard', extent: 'e', extentSize: 3, offset: 0, length: 3, crcs: new Uint8Array() } as const
  return bytes === undefined ? facts : { ...facts, bytes }
}

async function text(segments: Segment[], total: number): Promise<string> {
  return new Response(await readSegments(env, segments, total)).text()
}

describe('readSegments()', () => {
  afterEach(() => vi.restoreAllMocks())

  it('gives the bytes of a segment, and nothing for none', async () => {
    expect(await text([inShard(new TextEncoder().encode('abc'))], 3)).toBe('abc')
    expect(await text([], 0)).toBe('')
  })

  it('counts and logs damage that it meets', async () => {
    const log = vi.spyOn(console, 'error').mockReturnValue()
    const before = damagedReads()
    await expect(readSegments(env, [inShard(undefined)], 3)).rejects.toThrow('Extent e is damaged at byte 0')
    expect(damagedReads()).toBe(before + 1)
    expect(JSON.parse(String(log.mock.lastCall?.[0]))).toMatchObject({ extent: 'e', offset: 0 })
  })
})
