import { expect, it } from 'vitest'
import { FileReader, isWanted } from '../../src/bulk/file-readers.ts'
import { leaseMilliseconds } from '../../src/limits.ts'

it('a file is wanted until every read of it has ended', () => {
  const [first, second] = [new FileReader(['a', 'b'], 0), new FileReader(['b'], 0)]
  expect(['a', 'b', 'c'].map((extent) => isWanted(extent, 1))).toEqual([true, true, false])
  first.end()
  expect(['a', 'b'].map((extent) => isWanted(extent, 1))).toEqual([false, true])
  second.end()
  second.end()
  expect(isWanted('b', 1)).toBe(false)
})

it('a read that is not heard of for a lease is over', () => {
  const reader = new FileReader(['a'], 0)
  expect(isWanted('a', leaseMilliseconds - 1)).toBe(true)
  reader.goesOn(1_000)
  expect(isWanted('a', leaseMilliseconds)).toBe(true)
  expect(isWanted('a', leaseMilliseconds + 1_000)).toBe(false)
  expect(isWanted('a', 0)).toBe(false)
})
