import { expect, it } from 'vitest'
import { Confirmation } from '../../infra/embedded/local/confirmation.ts'

/** Storage whose disk confirms when told to. */
function slowStorage() {
  const asked: PromiseWithResolvers<void>[] = []
  const storage = {
    transactionSync: <Result>(work: () => Result) => work(),
    sync() {
      asked.push(Promise.withResolvers<void>())
      return asked.at(-1)!.promise
    },
  } as unknown as DurableObjectStorage
  const confirmation = new Confirmation(storage)
  const write = () => storage.transactionSync(() => 'written')
  return { asked, storage, confirmation, write }
}

const settled = async (promise: Promise<unknown>) => {
  let done = false
  void promise.then(() => (done = true))
  await new Promise((resolve) => setTimeout(resolve, 5))
  return done
}

it('asks the disk for nothing where nothing was written', async () => {
  const { asked, confirmation } = slowStorage()
  expect(confirmation.isDue).toBe(false)
  expect(await confirmation.after(() => 7)).toBe(7)
  expect(asked).toHaveLength(0)
})

it('gives the answer of a write when the disk has confirmed it, and not before', async () => {
  const { asked, confirmation, write } = slowStorage()
  const answer = confirmation.after(write)
  expect(await settled(answer)).toBe(false)
  expect(confirmation.isDue).toBe(true)
  asked[0]!.resolve()
  expect(await answer).toBe('written')
  expect(confirmation.isDue).toBe(false)
})

it('asks once for all writes of a turn', async () => {
  const { asked, confirmation, write } = slowStorage()
  const answers = [confirmation.after(write), confirmation.after(write), confirmation.now()]
  expect(await settled(Promise.all(answers))).toBe(false)
  expect(asked).toHaveLength(1)
  asked[0]!.resolve()
  await Promise.all(answers)
})

it('does not take one confirmation for that of a later write', async () => {
  const { asked, confirmation, write } = slowStorage()
  const first = confirmation.after(write)
  await settled(first)
  const second = confirmation.after(write)
  await settled(second)
  expect(asked).toHaveLength(2)
  asked[0]!.resolve()
  await first
  expect(confirmation.isDue).toBe(true)
  expect(await settled(second)).toBe(false)
  asked[1]!.resolve()
  expect(await second).toBe('written')
})

it('rejects where the disk did not take it', async () => {
  const { asked, confirmation, write } = slowStorage()
  const answer = confirmation.after(write)
  await settled(answer.catch(() => {}))
  asked[0]!.reject(new Error('disk full'))
  await expect(answer).rejects.toThrow('disk full')
  expect(confirmation.isDue).toBe(true)
})
