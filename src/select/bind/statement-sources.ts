// What a statement reads from, and whether one pass over it is enough. No I/O, no clock.
import type { Query } from '../sql/ast.ts'
import { visitQuery } from '../sql/children.ts'
import type { PathStep } from './bound.ts'

const relational = new Set(['window', 'subquery', 'exists', 'in-query'])

/**
 * Whether it takes more than one pass over the request's object: joins, other objects, unions, subqueries, window functions.
 * Then `bindQuery` is not for it.
 */
export function needsFinisher(statement: Query): boolean {
  const { body } = statement
  if (statement.with.length > 0 || body.body !== 'select') return true
  const { from } = body
  if (from.source === 'join' || from.source === 'query') return true
  if (from.source === 'object' && from.object !== null) return true
  return needsMoreThanScan(statement)
}

/** Whether it has queries or window functions in its expressions. */
export function needsMoreThanScan(statement: Query): boolean {
  let found = false
  visitQuery(statement, {
    expression: ({ kind }) => {
      found ||= relational.has(kind)
    },
  })
  return found
}

/** The objects a statement names beside the request's own, each once, in the order written. */
export function joinedObjects(statement: Query): { bucket: string; key: string }[] {
  const objects = new Map<string, { bucket: string; key: string; position: number }>()
  visitQuery(statement, {
    leaf: (leaf) => {
      if (leaf.source !== 'object' || leaf.object === null) return
      const name = `${leaf.object.bucket}/${leaf.object.key}`
      const known = objects.get(name)
      if (known === undefined || leaf.position < known.position) {
        objects.set(name, { ...leaf.object, position: leaf.position })
      }
    },
  })
  return [...objects.values()].sort((a, b) => a.position - b.position).map(({ bucket, key }) => ({ bucket, key }))
}

/** Steps below the records of the request's object, of a statement of one pass; empty for the records themselves. */
export function fromPath(statement: Query): PathStep[] {
  const { body } = statement
  return body.body === 'select' && body.from.source === 'object' ? body.from.path : []
}
