// Shards that answered their clients before the catalogue heard of it: who needs the catalogue to be whole asks them.
// When that is so: src/shard/write-behind.ts.
import type { Env } from '../env.ts'
import type { CataloguePage } from './listing.ts'
import type { ListPage } from './store.ts'

/** The catalogue did not take in time what shards had for it. It is answered as an object with too much to do is: 503. */
export class CatalogueBehind extends Error {
  readonly overloaded = true

  constructor() {
    super('The catalogue did not acknowledge in time')
  }
}

/** A page that shows every write acknowledged before it was asked for. Throws CatalogueBehind. */
export async function wholePage<T>(env: Env, read: () => Promise<CataloguePage<T>>): Promise<ListPage<T>> {
  const page = await read()
  if (page.ahead.length === 0) return page
  await standBack(env, page.ahead)
  return read()
}

/** Returns when the catalogue has all that these shards acknowledged so far. Throws CatalogueBehind. */
export async function standBack(env: Env, shards: readonly string[]): Promise<void> {
  const settled = await Promise.all(
    shards.map((name) => {
      const ask = () => env.KEY_SHARD.getByName(name).standBack()
      // An object may end while it is asked: by a crash, or for new code. To ask twice does no harm.
      return ask().catch(ask)
    }),
  )
  if (settled.includes(false)) throw new CatalogueBehind()
}
