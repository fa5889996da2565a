// Is the storage there and as new as this code?
import type { Env } from '../../env.ts'

// Names a table or view of the newest migration of each database: fails where that was not applied.
const controlQuestion = 'SELECT count(*) FROM (SELECT public_access_block FROM accounts LIMIT 1)'
const catalogQuestion = "SELECT count(*) FROM sqlite_master WHERE name = 'flush_batch'"

export type Readiness = { ready: true } | { ready: false; reason: string }

/** Asks both databases; never throws. */
export async function readiness({ CONTROL, CATALOG_0 }: Env): Promise<Readiness> {
  try {
    const [, catalog] = await Promise.all([
      CONTROL.prepare(controlQuestion).first<number>('count(*)'),
      CATALOG_0.prepare(catalogQuestion).first<number>('count(*)'),
    ])
    return catalog === 1 ? { ready: true } : { ready: false, reason: 'The migrations of CATALOG_0 are not applied' }
  } catch (error) {
    return { ready: false, reason: error instanceof Error ? error.message : String(error) }
  }
}
