import type { SelectItem } from '../sql/ast.ts'
import type { Bound } from './bound.ts'

/** What a value of the select list is called: its alias, the last name of its path, or `_N`, its place. */
export function outputName(item: SelectItem & { item: 'value' }, index: number, bound: Bound | null): string {
  if (item.alias !== null) return item.alias.text
  const { value } = item
  const place = `_${index + 1}`
  // A quoted text that turned out to be no column.
  if (bound?.op === 'literal') return place
  if (value.kind !== 'path' && value.kind !== 'access') return place
  const last = value.steps.at(-1)
  if (last === undefined) return value.kind === 'path' ? value.root.text : place
  return last.step === 'key' ? last.name : place
}
