// Listings against a sorted list (listing-model.ts): nasty keys, any prefix, delimiter and marker, pages of 1 to 7.
import { beforeEach, describe, expect, it } from 'vitest'
import { listObjects, listUploads, listVersions } from '../../src/store/listing.ts'
import type { ListedObject, ListedUpload, ListPage, ListQuery } from '../../src/store/store.ts'
import { createCatalogBucket } from '../../src/store/tables/catalogue.ts'
import { flushInBatches, marker, row, upload } from './catalogue-rows.ts'
import { compareKeys, modelPage } from './listing-model.ts'
import type { ModelEntry, ModelRow } from './listing-model.ts'
import { sqliteD1 } from '../support/sqlite-d1.ts'
import type { SqliteD1 } from '../support/sqlite-d1.ts'

let catalog: SqliteD1

function shown(page: ListPage<ListedObject | ListedUpload>): { entries: ModelEntry[]; isTruncated: boolean } {
  const entries = page.entries.map((entry): ModelEntry => {
    if (entry.kind === 'prefix') return { prefix: entry.prefix }
    return { key: entry.entry.key, id: 'uploadId' in entry.entry ? entry.entry.uploadId : entry.entry.versionId }
  })
  return { entries, isTruncated: page.isTruncated }
}

/** Repeatable numbers from 0 to 1 (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const letters = [
  'a',
  'b',
  '/',
  '//',
  ' ',
  '%',
  '%2F',
  '\u0000',
  '\u0001',
  '\u007f',
  '"',
  "'",
  '\\',
  'é',
  '\ud7ff',
  '\ue000',
]
const farLetters = ['\uffff', '\u{10000}', '\u{10FFFF}', '日本', '𝒳', '_', ',', '-', '/a', 'k'.repeat(300)]
const delimiters = [
  '',
  '/',
  '/',
  '//',
  '%',
  ' ',
  'a',
  '\u{10FFFF}',
  '\u{10FFFF}\u{10FFFF}',
  'é',
  '\u0000',
  '\\',
  'ab',
  '"',
]

function nastyWorld(seed: number) {
  const random = randomNumbers(seed)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
  const alphabet = Array.from({ length: 4 }, () => pick(random() < 0.6 ? letters : farLetters))
  const word = (length: number) => Array.from({ length }, () => pick(alphabet)).join('')
  const keys = new Set<string>([word(1) + 'z'.repeat(700)])
  while (keys.size < 60) {
    const key = word(1 + Math.floor(random() * 6))
    if (Buffer.byteLength(key) <= 1024) keys.add(key)
    else keys.add(`k${keys.size}`)
    if (random() < 0.02) keys.add(`n${keys.size}`)
  }
  const sorted = [...keys].sort(compareKeys)
  const text = () => {
    const choice = random()
    if (choice < 0.4) return ''
    const key = pick(sorted)
    return choice < 0.7
      ? Array.from(key)
          .slice(0, Math.floor(random() * 4))
          .join('')
      : choice < 0.9
        ? key
        : word(2)
  }
  return { random, pick, keys: sorted, text }
}

type List = (db: D1Database, bucketId: string, query: ListQuery) => Promise<ListPage<ListedObject | ListedUpload>>
type World = ReturnType<typeof nastyWorld>

/** Single pages from anywhere, and whole listings page by page as the operations would ask for them. */
async function compareWithModel(list: List, rows: ModelRow[], world: World, withIds: boolean): Promise<void> {
  const { random, pick, text } = world
  for (let round = 0; round < 60; round += 1) {
    const some = pick(rows)
    const atRow = random() < 0.4
    const query: ListQuery = {
      prefix: text(),
      delimiter: pick(delimiters),
      after: atRow ? some.key : text(),
      afterVersion: withIds && atRow && random() < 0.7 ? some.id : null,
      limit: 1 + Math.floor(random() * 7),
    }
    expect(shown(await list(catalog.db, 'b', query)), JSON.stringify(query)).toEqual(modelPage(rows, query))
  }
  for (let round = 0; round < 8; round += 1) {
    const query: ListQuery = {
      prefix: text(),
      delimiter: pick(delimiters),
      after: '',
      afterVersion: null,
      limit: round + 1,
    }
    const whole = modelPage(rows, { ...query, limit: Infinity }).entries
    const found: ModelEntry[] = []
    let place = { after: '', afterVersion: null as string | null }
    for (let truncated = true; truncated;) {
      const page = shown(await list(catalog.db, 'b', { ...query, ...place }))
      found.push(...page.entries)
      truncated = page.isTruncated
      if (truncated) expect(page.entries).toHaveLength(query.limit)
      const last = page.entries.at(-1)
      if (last === undefined) break
      place =
        'prefix' in last
          ? { after: last.prefix, afterVersion: null }
          : { after: last.key, afterVersion: withIds ? last.id : null }
    }
    expect(found, JSON.stringify(query)).toEqual(whole)
  }
}

describe.each([1, 2, 3, 4, 5, 6, 7, 8])('pages of nasty keys, seed %i', (seed) => {
  let world: World
  beforeEach(async () => {
    world = nastyWorld(seed)
    catalog = sqliteD1('catalog')
    for (const id of ['a', 'b', 'c']) await createCatalogBucket(catalog.db, id)
    for (const id of ['a', 'c']) await flushInBatches(catalog.db, id, [{ key: 'a/', object: row(1) }])
  })

  it('of listObjects() are those of a sorted list', async () => {
    await flushInBatches(
      catalog.db,
      'b',
      world.keys.map((key) => ({ key, object: row(1) })),
    )
    const rows = world.keys.map((key) => ({ key, id: 'v1' }))
    await compareWithModel(listObjects, rows, world, false)
  })

  it('of listVersions() are those of a sorted list', async () => {
    const rows: ModelRow[] = []
    const mutations = world.keys.map((key) => {
      const count = Math.floor(world.random() * 4)
      const current = world.random() < 0.6 || count === 0
      const versions = Array.from({ length: count }, (_, at) => row(count - at, { latest: false }))
      if (!current) versions[0] = marker(count)
      rows.push(...(current ? [{ key, id: 'v9' }] : []), ...versions.map(({ versionId }) => ({ key, id: versionId })))
      return { key, versions, ...(current && { object: row(9) }) }
    })
    await flushInBatches(catalog.db, 'b', mutations)
    await compareWithModel(listVersions, rows, world, true)
  })

  it('of listUploads() are those of a sorted list', async () => {
    const rows: ModelRow[] = []
    const mutations = world.keys.map((key) => {
      const uploads = Array.from({ length: 1 + Math.floor(world.random() * 3) }, (_, at) => upload(`u${at}`))
      rows.push(...uploads.map(({ uploadId }) => ({ key, id: uploadId })))
      return { key, uploads }
    })
    await flushInBatches(catalog.db, 'b', mutations)
    await compareWithModel(listUploads, rows, world, true)
  })
})
