// The rows of the table: which load, at how many connections, held against what, and the ratio it should reach.
import { listedKeys, pagesOfKeys, pagesOfPrefixes } from './listings.ts'
import { Loads } from './loads.ts'
import { bareParts, multipartUpload } from './multipart.ts'
import { MiB } from './requests.ts'
import type { Plan } from './slice.ts'
import type { Target } from './targets.ts'

export interface Side {
  target: Target
  plan: Plan
}

export interface Row {
  name: string
  connections: readonly number[]
  /** Of each operation, where the row is about throughput. */
  bytes?: number
  measured: Side
  reference: Side
  /** What the reference is, for the reader. */
  against: string
  /** The least ratio of rates that is aimed at. */
  atLeast?: number
  /** An operation takes a good part of a second: slices are longer. */
  isSlow?: boolean
}

/** Rows of a short run. */
export const quickRows = ['get-4k', 'put-4k', 'list-1000', 'prefixes', 'growth', 'range-64k', 'get-64m', 'put-64m']
/** What is measured apart from rows. */
export const furtherRows = ['memory', 'inline', 'policy', 'authorisation', 'select']

const all = [1, 16, 64]
const few = [1, 16]
const oneHop = 'one Durable Object hop'
const disk = 'disk service'
const multipartBytes = 256 * MiB
/** With ten times the keys a page may take 1.5 times as long. */
const growthAtLeast = 1 / 1.5

export function rowsOf(product: Target, ceiling: Target): Row[] {
  const ours = new Loads(product, productPaths)
  const bare = new Loads(ceiling, ceilingPaths)
  const row = (
    name: string,
    load: (loads: Loads) => Plan,
    rest: Omit<Row, 'name' | 'measured' | 'reference'>,
  ): Row => ({
    name,
    measured: { target: product, plan: load(ours) },
    reference: { target: ceiling, plan: load(bare) },
    ...rest,
  })
  return [
    row('health', (loads) => loads.bare(), { connections: few, against: 'static answer' }),
    row('get-4k', (loads) => loads.getSmall(), { connections: all, against: oneHop, atLeast: 0.6 }),
    row('head', (loads) => loads.headSmall(), { connections: all, against: oneHop }),
    row('put-4k', (loads) => loads.putSmall(), { connections: all, against: 'DO write + D1 upsert', atLeast: 0.6 }),
    row('delete', (loads) => loads.deleteSmall(), { connections: all, against: 'DO write + D1 delete' }),
    row('mixed', (loads) => loads.mixed(), { connections: all, against: 'the same, bare' }),
    ...listingRows(product, ceiling),
    row('get-1m', (loads) => loads.getLarge(), { connections: few, bytes: MiB, against: disk }),
    row('put-1m', (loads) => loads.putLarge(MiB, 64), { connections: few, bytes: MiB, against: `${disk}, MD5` }),
    row('range-64k', (loads) => loads.ranges(), { connections: few, against: `${disk}, range` }),
    row('get-64m', (loads) => loads.getHuge(), slow(64 * MiB, disk, 0.7)),
    row('put-64m', (loads) => loads.putLarge(64 * MiB, 3), slow(64 * MiB, `${disk}, MD5`, 0.6)),
    {
      name: 'multipart-256m',
      measured: { target: product, plan: multipartUpload(product, `${bucket}/multipart`, multipartBytes) },
      reference: { target: ceiling, plan: bareParts(ceiling, ceilingPaths.large, multipartBytes) },
      ...slow(multipartBytes, '32 files of 8 MiB, MD5'),
    },
  ]
}

/** Everything that rows read. */
export async function prepareRows(product: Target, ceiling: Target): Promise<void> {
  await product.call({ method: 'PUT', path: bucket })
  await ceiling.call({ method: 'PUT', path: '/init', length: 0 })
  await new Loads(product, productPaths).prepare()
  await new Loads(ceiling, ceilingPaths).prepare()
}

const bucket = '/bench'
const productPaths = { small: bucket, large: bucket, bare: '/-/health' }
const ceilingPaths = { small: '/row', large: '/file', bare: '/static' }

function slow(bytes: number, against: string, atLeast?: number) {
  return { connections: [1], bytes, against, isSlow: true, ...(atLeast === undefined ? {} : { atLeast }) }
}

function listingRows(product: Target, ceiling: Target): Row[] {
  const [some, many] = listedKeys
  const kinds = [
    { name: 'list-1000', growth: 'growth-list', pages: pagesOfKeys },
    { name: 'prefixes', growth: 'growth-prefixes', pages: pagesOfPrefixes },
  ]
  return kinds.flatMap(({ name, growth, pages }): Row[] => {
    const ofSome = { target: product, plan: pages(product, some) }
    const ofMany = { target: product, plan: pages(product, many) }
    const page = { target: ceiling, plan: new Loads(ceiling, { ...ceilingPaths, bare: '/page' }).bare() }
    return [
      { name, connections: few, measured: ofSome, reference: page, against: 'one D1 query of 1,000 rows' },
      {
        name: growth,
        connections: [1],
        measured: ofMany,
        reference: ofSome,
        against: `${some} keys`,
        atLeast: growthAtLeast,
      },
    ]
  })
}
