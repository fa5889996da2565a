import { describe, expect, it } from 'vitest'
import { S3Error } from '../../../src/errors.ts'
import type { PinnedObject, StoredObject } from '../../../src/s3/select/object-source.ts'
import {
  openMaybeOnNodes,
  pinnedBeside,
  type BesideObject,
  type SelectFanOut,
} from '../../../src/s3/select/on-nodes.ts'
import type { SelectNodes } from '../../../src/select/fan-out/part-query.ts'
import type { SelectRun } from '../../../src/select/select.ts'
import { fakeNodes } from '../../support/part-nodes.ts'
import { selectRequest } from '../../support/select-formats.ts'

const pinned = (key: string) => ({ object: { key } }) as PinnedObject

function stored(key: string, size: number, closed: string[]): StoredObject {
  const close = () => {
    closed.push(key)
    return Promise.resolve()
  }
  return { size, pinned: pinned(key), close } as unknown as StoredObject
}

async function run(expression: string, { fanOut = true, size = 5 } = {}) {
  const said: string[] = []
  const closed: string[] = []
  const given: (readonly BesideObject[])[] = []
  const nodes = (name: string): SelectNodes => {
    said.push(name)
    return fakeNodes([['one', 'two']])
  }
  const deployed: SelectFanOut = {
    partBytes: 10,
    nodesFor: () => nodes('parts'),
    finisherFor(_, beside) {
      given.push(beside)
      return nodes('finisher')
    },
  }
  const here = { next: () => Promise.resolve(null) } as SelectRun
  const open = () => {
    said.push('here')
    return Promise.resolve(here)
  }
  const openOther = ({ key }: { key: string }) => {
    said.push(`opened ${key}`)
    if (key === 'secret') return Promise.reject(new S3Error('AccessDenied'))
    return Promise.resolve(stored(key, 1, closed))
  }
  const source = stored('own', size, closed)
  const request = selectRequest(expression)
  const opened = await openMaybeOnNodes(open, fanOut ? deployed : null, {
    request,
    source,
    setup: { now: 0, openOther },
  }).catch((error: unknown) => error)
  return { opened: opened as SelectRun, said, closed, given }
}

const joined =
  'SELECT a.x FROM S3Object a JOIN "b/k" k ON a.x = k.x JOIN "b/l" l ON l.x = k.x JOIN "b/k" m ON m.x = l.x'

describe('openMaybeOnNodes()', () => {
  it('has a statement of several passes answered by the finisher, which gets each object once, opened here', async () => {
    const { opened, said, given, closed } = await run(joined)
    expect(said).toEqual(['opened k', 'opened l', 'finisher'])
    expect(given).toEqual([
      [
        { bucket: 'b', key: 'k', pinned: pinned('k') },
        { bucket: 'b', key: 'l', pinned: pinned('l') },
      ],
    ])
    // The bytes asked for ahead are not read here.
    expect(closed).toEqual(['own'])
    expect(Buffer.from((await opened.next()) ?? []).toString()).toBe('one\ntwo\n')
    expect(await opened.next()).toBeNull()
  })

  it('asks no node where an object may not be read', async () => {
    const { opened, said } = await run('SELECT a.x FROM S3Object a JOIN "b/secret" k ON a.x = k.x')
    expect(opened).toMatchObject({ code: 'AccessDenied' })
    expect(said).toEqual(['opened secret'])
  })

  it('opens none of too many objects', async () => {
    const tables = Array.from({ length: 17 }, (_, n) => `"b/${n}" t${n}`).join(', ')
    const { opened, said } = await run(`SELECT t0.x FROM ${tables}`)
    expect(opened).toMatchObject({ code: 'UnsupportedSqlStructure' })
    expect(said).toEqual([])
  })

  it.each([
    ['without nodes', joined, { fanOut: false }],
    ['of one pass over a small object', 'SELECT x FROM S3Object', {}],
    ['that cannot be divided', 'SELECT DISTINCT x FROM S3Object', { size: 100 }],
  ])('answers a statement here %s', async (_, expression, options) => {
    expect((await run(expression, options)).said.at(-1)).toBe('here')
  })
})

describe('pinnedBeside()', () => {
  it('gives no object that was not opened for the statement', () => {
    const beside = [{ bucket: 'b', key: 'k', pinned: pinned('k') }]
    expect(pinnedBeside(beside, { bucket: 'b', key: 'k' })).toEqual(pinned('k'))
    expect(() => pinnedBeside(beside, { bucket: 'b', key: 'l' })).toThrow(S3Error)
    expect(() => pinnedBeside(beside, { bucket: 'c', key: 'k' })).toThrow(S3Error)
  })
})
