import { describe, expect, it } from 'vitest'
import { Gate } from '../../src/select/gate.ts'

const gate = (waitMilliseconds: number) =>
  new Gate({ passesMax: 1, waitersMax: 2, waitMilliseconds, pollMilliseconds: 5 })

describe('Gate', () => {
  it('lets the next one in when one leaves', async () => {
    const one = gate(10_000)
    const pass = await one.enter()
    const order: string[] = []
    const next = one.enter().then(() => order.push('entered'))
    await new Promise((resolve) => setTimeout(resolve, 20))
    order.push('left')
    expect(pass.leave()).toBe(true)
    await next
    expect(order).toEqual(['left', 'entered'])
  })

  it('lets nobody in for a pass that is given back again', async () => {
    const one = gate(20)
    const first = await one.enter()
    first.leave()
    const second = await one.enter()
    expect(first.leave()).toBe(false)
    await expect(one.enter()).rejects.toMatchObject({ code: 'Busy', status: 503 })
    second.leave()
  })

  it('refuses at once who comes when enough wait', async () => {
    const one = gate(200)
    const pass = await one.enter()
    const waiting = [one.enter(), one.enter()]
    const since = performance.now()
    await expect(one.enter()).rejects.toMatchObject({ code: 'Busy' })
    expect(performance.now() - since).toBeLessThan(100)
    for (const outcome of await Promise.allSettled(waiting)) expect(outcome.status).toBe('rejected')
    pass.leave()
  })
})
