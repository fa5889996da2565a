// Which columns of the file a statement's columns are. No I/O, no clock.
import { S3Error } from '../../../errors.ts'
import type { ColumnRef, PathStep } from '../../bind/bound.ts'
import { leavesOf } from './schema.ts'
import type { Leaf, SchemaNode } from './schema.ts'

/** Where a column of the statement comes from. */
export type Projection =
  | { from: 'nothing' }
  /** A column of at most one value a row. */
  | { from: 'leaf'; leaf: Leaf; node: SchemaNode }
  /** A nested value, and steps into it. */
  | { from: 'node'; node: SchemaNode; steps: readonly PathStep[] }
  | { from: 'record' }

/** The projection of a column. Throws AmbiguousFieldName. */
export function projectionOf(column: ColumnRef, schema: readonly SchemaNode[]): Projection {
  switch (column.by) {
    case 'record':
      return { from: 'record' }
    case 'key':
      return { from: 'nothing' }
    case 'position': {
      const node = schema[column.index]
      return node === undefined ? { from: 'nothing' } : projectNode(node, [])
    }
    case 'path': {
      const [first, ...rest] = column.steps
      const node = first === undefined ? undefined : childOf(schema, first)
      return node === undefined ? { from: 'nothing' } : projectNode(node, rest)
    }
  }
}

/** The leaves to be read for a projection. */
export function leavesFor(projection: Projection, schema: readonly SchemaNode[]): Leaf[] {
  switch (projection.from) {
    case 'nothing':
      return []
    case 'leaf':
      return [projection.leaf]
    case 'node':
      return leavesOf(projection.node)
    case 'record':
      return schema.flatMap(leavesOf)
  }
}

/** Whether a value of the node is one value of one column, or null. */
export function isFlat(node: SchemaNode): boolean {
  return node.leaf !== null && node.repetitionLevel === 0
}

function projectNode(node: SchemaNode, steps: readonly PathStep[]): Projection {
  if (node.leaf !== null && isFlat(node)) {
    return steps.length === 0 ? { from: 'leaf', leaf: node.leaf, node } : { from: 'nothing' }
  }
  const [first, ...rest] = steps
  // Steps into structs choose among the file's columns: the others are not read.
  if (node.shape === 'struct' && node.repetition !== 'REPEATED' && first !== undefined) {
    const child = childOf(node.children, first)
    if (child === undefined) return { from: 'nothing' }
    if (child.repetitionLevel === 0) return projectNode(child, rest)
  }
  return { from: 'node', node, steps }
}

function childOf(nodes: readonly SchemaNode[], step: PathStep): SchemaNode | undefined {
  if (step.step !== 'key') return undefined
  const found = nodes.filter(({ name }) => {
    return step.caseSensitive ? name === step.name : name.toLowerCase() === step.name.toLowerCase()
  })
  if (found.length > 1) throw new S3Error('AmbiguousFieldName')
  return found[0]
}
