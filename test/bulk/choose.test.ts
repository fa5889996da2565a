import { describe, expect, it } from 'vitest'
import { bulkStore, writeStore } from '../../src/bulk/choose.ts'

type Bindings = Parameters<typeof writeStore>[0]

const FILES = {} as Fetcher
const BULK = {} as R2Bucket
const VOLUME = {} as Bindings['VOLUME']

describe('writeStore()', () => {
  it.each([
    { env: { VOLUME }, name: 'volumes' },
    { env: { VOLUME, BULK }, name: 'r2' },
    { env: { VOLUME, BULK, FILES }, name: 'files' },
    { env: { VOLUME, BULK, FILES, EDGESHARD_BULK: '' }, name: 'files' },
    { env: { VOLUME, BULK, FILES, EDGESHARD_BULK: 'r2' }, name: 'r2' },
    { env: { VOLUME, BULK, FILES, EDGESHARD_BULK: 'volumes' }, name: 'volumes' },
  ])('is $name', ({ env, name }) => {
    expect(writeStore(env).name).toBe(name)
  })

  it('says what is wrong with a value that cannot be', () => {
    expect(() => writeStore({ VOLUME, EDGESHARD_BULK: 'tape' })).toThrow(
      'EDGESHARD_BULK is "tape"; it must be one of files, r2, volumes',
    )
    expect(() => writeStore({ VOLUME, EDGESHARD_BULK: 'r2' })).toThrow('"r2" is needed, but BULK is not bound')
  })
})

describe('bulkStore()', () => {
  it('gives the same store again, and another for other bindings', () => {
    const env = { VOLUME, FILES }
    expect(bulkStore(env, 'files')).toBe(bulkStore(env, 'files'))
    expect(bulkStore(env, 'files')).toBe(writeStore(env))
    expect(bulkStore(env, 'files')).not.toBe(bulkStore({ VOLUME, FILES }, 'files'))
  })

  it('opens what a manifest names, whatever new bodies go to', () => {
    expect(bulkStore({ VOLUME, FILES, EDGESHARD_BULK: 'files' }, 'volumes').name).toBe('volumes')
    expect(() => bulkStore({ VOLUME }, 'files')).toThrow('"files" is needed, but FILES is not bound')
  })
})
