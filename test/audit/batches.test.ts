import { describe, expect, it } from 'vitest'
import { Batches, type Clock } from '../../src/audit/batches.ts'
import { auditBatchBytesMax, auditBatchesMax, auditBatchMilliseconds } from '../../src/limits.ts'

/** Time that moves when the test says so. */
class TestClock implements Clock {
  time = 1_000_000
  #waiting: { until: number; resolve: () => void }[] = []

  now(): number {
    return this.time
  }

  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ until: this.time + milliseconds, resolve }))
  }

  async pass(milliseconds: number): Promise<void> {
    this.time += milliseconds
    for (const { until, resolve } of this.#waiting) if (until <= this.time) resolve()
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function setting() {
  const clock = new TestClock()
  const batches = new Batches(clock)
  const written: string[][] = []
  let isStuck = false
  let release: (() => void)[] = []
  const gathering = {
    write: async (records: readonly string[]) => {
      if (isStuck) await new Promise<void>((resolve) => release.push(resolve))
      written.push([...records])
    },
    waitUntil: (work: Promise<unknown>) => void work,
  }
  return {
    clock,
    batches,
    written,
    add: (record: string) => batches.add(record, gathering),
    flush: () => batches.flush(gathering.write),
    stick: () => (isStuck = true),
    unstick: async () => {
      isStuck = false
      for (const one of release) one()
      release = []
      await clock.pass(0)
    },
  }
}

const half = 'x'.repeat(auditBatchBytesMax / 2)

describe('Batches', () => {
  it('writes what came within the time as one batch', async () => {
    const { clock, add, written } = setting()
    add('a')
    await clock.pass(auditBatchMilliseconds - 1)
    add('b')
    expect(written).toEqual([])
    await clock.pass(1)
    expect(written).toEqual([['a', 'b']])
    add('c')
    await clock.pass(auditBatchMilliseconds)
    expect(written).toEqual([['a', 'b'], ['c']])
  })

  it('writes a full batch at once, and nothing twice when its time comes', async () => {
    const { clock, add, written } = setting()
    add(half)
    add(half)
    await clock.pass(0)
    expect(written).toEqual([[half, half]])
    await clock.pass(auditBatchMilliseconds)
    expect(written).toHaveLength(1)
  })

  it('writes a batch whose request was torn down with the next record after its time', async () => {
    const { clock, batches, written, add } = setting()
    batches.add('first', { write: async () => {}, waitUntil: () => {} })
    clock.time += 2 * auditBatchMilliseconds + 1
    add('second')
    await clock.pass(0)
    expect(written).toEqual([['first', 'second']])
  })

  it('holds a bounded number of records while nothing can be written, and writes them when it can', async () => {
    const { clock, add, written, stick, unstick } = setting()
    stick()
    let taken = 0
    while (add(half) && taken < 1000) {
      taken += 1
      await clock.pass(0)
    }
    expect(taken).toBe(2 * (auditBatchesMax + 1))
    await unstick()
    expect(written.flat()).toHaveLength(taken)
    expect(add('again')).toBe(true)
  })

  it('gives up on batches that never come back', async () => {
    const { clock, add, stick, written, unstick } = setting()
    stick()
    while (add(half)) await clock.pass(0)
    await clock.pass(60_000)
    expect(add('later')).toBe(true)
    await unstick()
    await clock.pass(auditBatchMilliseconds)
    expect(written.flat()).toContain('later')
  })

  it('writes what is there when it is asked to', async () => {
    const { add, flush, written } = setting()
    await flush()
    add('a')
    await flush()
    expect(written).toEqual([['a']])
  })
})
