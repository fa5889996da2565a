// What listings must answer, computed the slow way from a sorted list: the oracle of listing.test.ts.
import type { ListQuery } from '../../src/store/store.ts'

/** A row to be listed; `id` is its version or upload id. Rows of a key come in the order of the listing. */
export interface ModelRow {
  key: string
  id: string
}

export type ModelEntry = { prefix: string } | ModelRow

const bytes = (text: string) => Buffer.from(text, 'utf8')

export function compareKeys(left: string, right: string): number {
  return Buffer.compare(bytes(left), bytes(right))
}

export function modelPage(
  rows: readonly ModelRow[],
  query: ListQuery,
): { entries: ModelEntry[]; isTruncated: boolean } {
  const { prefix, delimiter, after, afterVersion, limit } = query
  const entries: ModelEntry[] = []
  const seen = new Set<string>()
  let behindMarker = false
  for (const row of rows) {
    const isMarker = row.key === after && row.id === afterVersion
    const skipped = row.key === after && !behindMarker
    if (isMarker) behindMarker = true
    if (!row.key.startsWith(prefix)) continue
    const at = delimiter === '' ? -1 : row.key.indexOf(delimiter, prefix.length)
    const common = at < 0 ? null : row.key.slice(0, at + delimiter.length)
    if (common !== null) {
      if (after !== '' && compareKeys(common, after) <= 0) continue
      if (!seen.has(common)) entries.push({ prefix: common })
      seen.add(common)
      continue
    }
    if (skipped || (after !== '' && compareKeys(row.key, after) < 0)) continue
    entries.push({ key: row.key, id: row.id })
  }
  return { entries: entries.slice(0, limit), isTruncated: limit > 0 && entries.length > limit }
}
