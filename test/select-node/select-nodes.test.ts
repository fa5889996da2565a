import { describe, expect, it } from 'vitest'
import type { Env } from '../../src/env.ts'
import type { PinnedObject } from '../../src/s3/select/object-source.ts'
import type { PartQuery } from '../../src/select/fan-out/part-query.ts'
import { selectFanOut } from '../../src/select-node/select-nodes.ts'

interface Asked {
  name: string
  body: string
}

function environment(more: Partial<Env>, asked: Asked[] = []): Env {
  const SELECT_NODE = {
    getByName: (name: string) => ({
      fetch: (_: string, { body }: { body: string }) => {
        asked.push({ name, body })
        return Promise.resolve(new Response('messages'))
      },
    }),
  } as unknown as NonNullable<Env['SELECT_NODE']>
  return { SELECT_NODE, ...more } as Env
}

const FILES = {} as Fetcher

describe('selectFanOut()', () => {
  it.each<[string, Partial<Env>, number | null]>([
    ['256 MiB unless set', {}, 256 * 1024 * 1024],
    ['what is set', { EDGESHARD_SELECT_PART_BYTES: '1000' }, 1000],
    ['nothing where it is off', { EDGESHARD_SELECT_PART_BYTES: 'off' }, null],
    ['nothing on one machine', { FILES }, null],
    ['what is set on one machine', { FILES, EDGESHARD_SELECT_PART_BYTES: '1000' }, 1000],
  ])('takes parts of %s', (_, more, partBytes) => {
    expect(selectFanOut(environment(more))?.partBytes ?? null).toBe(partBytes)
  })

  it('refuses a size that is none', () => {
    for (const value of ['0', '-5', 'many']) {
      expect(() => selectFanOut(environment({ EDGESHARD_SELECT_PART_BYTES: value }))).toThrow(
        'a number of bytes, or off',
      )
    }
  })

  it('asks a node of its own for each part, and the same ones again', async () => {
    const asked: Asked[] = []
    const object = { object: { key: 'a' } } as PinnedObject
    const query = { gives: 'records', limit: 7 } as PartQuery
    for (const part of [0, 1, 0]) await selectFanOut(environment({}, asked))?.nodesFor(object).ask(part, query)
    const [first, second, third] = asked.map(({ name }) => name)
    expect(first).toBe(third)
    expect(second).not.toBe(first)
    expect(JSON.parse(asked[1]?.body ?? '')).toEqual({ object, query, beside: null })
  })

  it('asks one node for every statement of several passes, with the versions it is to read', async () => {
    const asked: Asked[] = []
    const object = { object: { key: 'a' } } as PinnedObject
    const beside = [{ bucket: 'b', key: 'k', pinned: { object: { key: 'k' } } as PinnedObject }]
    const query = { gives: 'records', limit: null } as PartQuery
    for (let n = 0; n < 2; n++) await selectFanOut(environment({}, asked))?.finisherFor(object, beside).ask(0, query)
    await selectFanOut(environment({}, asked))?.nodesFor(object).ask(0, query)
    const [first, second, part] = asked.map(({ name }) => name)
    expect(first).toBe(second)
    expect(part).not.toBe(first)
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ object, query, beside })
  })
})
