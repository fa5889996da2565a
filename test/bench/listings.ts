// Buckets with many keys, and pages of them. Keys are copies of one real row of the catalogue, made while the server is
// down: LIST reads nothing else, and 100,000 PUTs would take longer than all the rest.
import { globSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { numbered } from './loads.ts'
import { bodyOf, operation, over } from './requests.ts'
import type { Operation, Plan } from './slice.ts'
import type { Target } from './targets.ts'

/** Keys of each bucket, all under 100 prefixes. */
export const listedKeys = [10_000, 100_000] as const
export type ListedKeys = (typeof listedKeys)[number]

const prefixes = 100
const pageKeys = 1000

/** Makes and fills the buckets; the server that is then running. */
export async function prepareListings(target: Target): Promise<Target> {
  for (const keys of listedKeys) {
    await target.call({ method: 'PUT', path: bucketPath(keys) })
    const put = operation(
      target,
      { method: 'PUT', path: `${bucketPath(keys)}/${seed(keys)}` },
      { status: 200 },
      bodyOf(1),
    )
    await put(target.connection(0))
  }
  return target.restart(() => {
    for (const keys of listedKeys) fillCatalogue(target.dataDir, keys)
  })
}

/** Ten pages of 1,000 keys, one after the other. */
export function pagesOfKeys(target: Target, keys: ListedKeys): Plan {
  return async () => {
    await checkPage(target, keys, {}, { contents: pageKeys, commonPrefixes: 0 })
    const pages = numbered(10, (page): Operation => {
      return list(target, keys, page === 0 ? {} : { 'start-after': keyAt(keys, page * pageKeys - 1) })
    })
    return over(pages)
  }
}

/** The whole bucket as its 100 common prefixes: every key but a few is skipped. */
export function pagesOfPrefixes(target: Target, keys: ListedKeys): Plan {
  const query = { delimiter: '/' }
  return async () => {
    await checkPage(target, keys, query, { contents: 1, commonPrefixes: prefixes })
    return over([list(target, keys, query)])
  }
}

function list(target: Target, keys: ListedKeys, query: Record<string, string>): Operation {
  const request = { method: 'GET' as const, path: bucketPath(keys), query: { 'list-type': '2', ...query } }
  return operation(target, request, { status: 200 })
}

async function checkPage(
  target: Target,
  keys: ListedKeys,
  query: Record<string, string>,
  wanted: { contents: number; commonPrefixes: number },
): Promise<void> {
  const answer = await target.call({ method: 'GET', path: bucketPath(keys), query: { 'list-type': '2', ...query } })
  const text = answer.body.toString('utf8')
  const contents = text.split('<Contents>').length - 1
  const commonPrefixes = text.split('<CommonPrefixes>').length - 1
  if (contents === wanted.contents && commonPrefixes === wanted.commonPrefixes) return
  throw new Error(`A page of ${keys} keys has ${contents} keys and ${commonPrefixes} prefixes`)
}

function fillCatalogue(dataDir: string, keys: ListedKeys): void {
  for (const file of globSync(path.join(dataDir, 'do', '**', '*.sqlite'))) {
    const database = new DatabaseSync(file)
    const columns = database.prepare('SELECT name FROM pragma_table_info(?)').all('objects')
    const names = columns.map((column) => String(column['name']))
    if (names.includes('key')) {
      const values = names.map((name) => (name === 'key' ? "printf('dir-%03d/key-%04d', n / ?1, n % ?1)" : name))
      const insert = `WITH RECURSIVE counter (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counter WHERE n < ?2 - 1)
        INSERT INTO objects (${names.join()}) SELECT ${values.join()} FROM objects, counter WHERE key = ?3`
      database.prepare(insert).run(keys / prefixes, keys, seed(keys))
    }
    database.close()
  }
}

/** The key of the one object that is there; the last of its bucket. */
function seed(keys: ListedKeys): string {
  return `seed-${keys}`
}

function keyAt(keys: ListedKeys, index: number): string {
  const perPrefix = keys / prefixes
  return `dir-${padded(Math.floor(index / perPrefix), 3)}/key-${padded(index % perPrefix, 4)}`
}

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, '0')
}

function bucketPath(keys: ListedKeys): string {
  return `/listed-${keys}`
}
