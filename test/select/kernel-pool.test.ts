import { describe, expect, it } from 'vitest'
import { wasmKernels } from '../../src/kernels/select/wasm-kernels.ts'
import { KernelPool } from '../../src/select/kernel-pool.ts'

const MiB = 1024 * 1024

function pool(waitMilliseconds = 40) {
  let made = 0
  const make = () => {
    made++
    return wasmKernels()
  }
  return { pool: new KernelPool({ make, waitMilliseconds, pollMilliseconds: 5 }), made: () => made }
}

function leaseMany(kernels: KernelPool, count: number) {
  return Promise.all(Array.from({ length: count }, () => kernels.lease(MiB)))
}

describe('KernelPool', () => {
  it('uses kernels again', async () => {
    const { pool: kernels, made } = pool()
    for (let n = 0; n < 10; n++) (await kernels.lease(MiB)).release()
    expect(made()).toBe(1)
  })

  it('gives each lease an arena of its own budget', async () => {
    const { pool: kernels } = pool()
    const first = await kernels.lease(100_000)
    first.arena.allocate(90_000)
    expect(() => first.arena.allocate(20_000)).toThrow('budget')
    first.release()
    const second = await kernels.lease(200_000)
    expect(second.arena.used).toBe(0)
    second.arena.allocate(190_000)
  })

  it('lets four queries work, and the fifth once one of them is done', async () => {
    const { pool: kernels } = pool(10_000)
    const leases = await leaseMany(kernels, 4)
    let isThere = false
    const fifth = kernels.lease(MiB).then((lease) => {
      isThere = true
      return lease
    })
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(isThere).toBe(false)
    leases[1]?.release()
    expect((await fifth).kernels).toBe(leases[1]?.kernels)
  })

  it('counts a lease that is released twice once', async () => {
    const { pool: kernels } = pool()
    const leases = await leaseMany(kernels, 4)
    leases[0]?.release()
    leases[0]?.release()
    await kernels.lease(MiB)
    await expect(kernels.lease(MiB)).rejects.toMatchObject({ code: 'Busy', status: 503 })
  })

  it('refuses with Busy who waits too long, and at once who comes when many wait', async () => {
    const { pool: kernels } = pool(60)
    await leaseMany(kernels, 4)
    const waiting = Array.from({ length: 16 }, () => kernels.lease(MiB))
    const since = performance.now()
    await expect(kernels.lease(MiB)).rejects.toMatchObject({ code: 'Busy' })
    expect(performance.now() - since).toBeLessThan(40)
    for (const one of await Promise.allSettled(waiting)) {
      expect(one).toMatchObject({ status: 'rejected', reason: { code: 'Busy' } })
    }
  })

  it('drops kernels whose memory grew', async () => {
    const { pool: kernels, made } = pool()
    const small = await kernels.lease(20 * MiB)
    small.arena.allocate(7 * MiB)
    small.release()
    const large = await kernels.lease(20 * MiB)
    expect(large.kernels).toBe(small.kernels)
    large.arena.allocate(9 * MiB)
    large.release()
    expect((await kernels.lease(20 * MiB)).kernels).not.toBe(small.kernels)
    expect(made()).toBe(2)
  })
})
