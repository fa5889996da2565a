// The columns of a Parquet file, as S3 Select sees them. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-data-types.html
// https://github.com/apache/parquet-format/blob/master/LogicalTypes.md
import { damaged } from './faults.ts'
import type { FileMetadata, SchemaElement } from './metadata.ts'

/** What a value means. */
export type Meaning =
  | { meaning: 'boolean' }
  | { meaning: 'integer' }
  /** 64 bits without a sign. */
  | { meaning: 'unsigned' }
  | { meaning: 'float' }
  | { meaning: 'decimal'; scale: number; precision: number }
  | { meaning: 'text' }
  | { meaning: 'uuid' }
  /** Days since 1970. */
  | { meaning: 'date' }
  /** `fractionDigits`: 3, 6 or 9. */
  | { meaning: 'timestamp'; fractionDigits: number; utc: boolean }
  | { meaning: 'unsupported'; type: string }

/** How the column's values lie in kernel memory once decoded. */
export type Storage = 'cells' | 'i64' | 'f64' | 'kinds'

export interface Leaf {
  /** Number of the column chunk in each row group. */
  index: number
  name: string
  physical: string
  /** Bytes of a FIXED_LEN_BYTE_ARRAY. */
  width: number
  meaning: Meaning
  storage: Storage
  definitionMax: number
  repetitionMax: number
  element: SchemaElement
}

export interface SchemaNode {
  name: string
  repetition: 'REQUIRED' | 'OPTIONAL' | 'REPEATED'
  /** Levels at which this node is there. */
  definition: number
  repetitionLevel: number
  /** Of a group. */
  children: SchemaNode[]
  leaf: Leaf | null
  /** How a group is read: LIST and MAP have a repeated group inside that does not show. */
  shape: 'leaf' | 'struct' | 'list' | 'map'
}

const depthMax = 64

/** The top-level columns. Throws ParquetParsingError when the schema is no tree. */
export function schemaOf(metadata: FileMetadata): SchemaNode[] {
  const elements = metadata.schema
  let next = 1
  let leaves = 0
  const build = (depth: number, definition: number, repetition: number): SchemaNode => {
    const element = elements[next]
    next += 1
    if (element === undefined || depth > depthMax) throw damaged('the schema is no tree')
    const kind = element.repetition_type ?? 'REQUIRED'
    const node: SchemaNode = {
      name: element.name,
      repetition: kind,
      definition: definition + (kind === 'REQUIRED' ? 0 : 1),
      repetitionLevel: repetition + (kind === 'REPEATED' ? 1 : 0),
      children: [],
      leaf: null,
      shape: 'struct',
    }
    if (element.type !== undefined) {
      node.leaf = leafOf(element, node, leaves)
      node.shape = 'leaf'
      leaves += 1
      return node
    }
    const children = element.num_children ?? 0
    for (let child = 0; child < children; child += 1) {
      node.children.push(build(depth + 1, node.definition, node.repetitionLevel))
    }
    node.shape = shapeOf(element, node)
    return node
  }
  const top = elements[0]?.num_children ?? 0
  const nodes: SchemaNode[] = []
  for (let child = 0; child < top; child += 1) nodes.push(build(1, 0, 0))
  return nodes
}

/** The columns of the file below a node, in order. */
export function leavesOf(node: SchemaNode): Leaf[] {
  return node.leaf === null ? node.children.flatMap(leavesOf) : [node.leaf]
}

function shapeOf(element: SchemaElement, node: SchemaNode): SchemaNode['shape'] {
  const only = node.children.length === 1 ? node.children[0] : undefined
  if (only?.repetition !== 'REPEATED' || node.repetition === 'REPEATED') return 'struct'
  const annotation = element.logical_type?.type ?? element.converted_type
  if (annotation === 'LIST') return 'list'
  const isMap = annotation === 'MAP' || annotation === 'MAP_KEY_VALUE'
  return isMap && only.children.length === 2 ? 'map' : 'struct'
}

function leafOf(element: SchemaElement, node: SchemaNode, index: number): Leaf {
  const physical = element.type ?? ''
  const width = element.type_length ?? 0
  if (physical === 'FIXED_LEN_BYTE_ARRAY' && !(width > 0)) throw damaged('a fixed length that is none')
  const meaning = meaningOf(element)
  return {
    index,
    name: node.name,
    physical,
    width,
    meaning,
    storage: storageOf(physical, meaning),
    definitionMax: node.definition,
    repetitionMax: node.repetitionLevel,
    element,
  }
}

function storageOf(physical: string, meaning: Meaning): Storage {
  switch (meaning.meaning) {
    case 'boolean':
      return 'kinds'
    case 'float':
      return 'f64'
    case 'text':
    case 'uuid':
    case 'unsupported':
      return 'cells'
    case 'decimal':
      return physical.startsWith('INT') || meaning.precision <= 18 ? 'i64' : 'cells'
    case 'integer':
    case 'unsigned':
    case 'date':
    case 'timestamp':
      return 'i64'
  }
}

function meaningOf(element: SchemaElement): Meaning {
  switch (element.type) {
    case 'BOOLEAN':
      return { meaning: 'boolean' }
    case 'FLOAT':
    case 'DOUBLE':
      return { meaning: 'float' }
    case 'INT32':
    case 'INT64':
      return integerMeaning(element)
    case 'BYTE_ARRAY':
    case 'FIXED_LEN_BYTE_ARRAY':
      return bytesMeaning(element)
    case 'INT96':
    case undefined:
  }
  return { meaning: 'unsupported', type: element.type ?? 'none' }
}

/** A decimal's digits, or null when the element is none. Throws ParquetParsingError when they make no sense. */
function decimalOf(element: SchemaElement): Meaning | null {
  const logical = element.logical_type
  if (logical?.type !== 'DECIMAL' && element.converted_type !== 'DECIMAL') return null
  const scale = (logical?.type === 'DECIMAL' ? logical.scale : element.scale) ?? 0
  const precision = (logical?.type === 'DECIMAL' ? logical.precision : element.precision) ?? 0
  if (!(scale >= 0 && scale <= precision && precision <= 1000)) throw damaged('a decimal of impossible digits')
  if (precision > 38) return { meaning: 'unsupported', type: `DECIMAL(${precision},${scale})` }
  return { meaning: 'decimal', scale, precision }
}

const fractionDigits = { MILLIS: 3, MICROS: 6, NANOS: 9 } as const

function integerMeaning(element: SchemaElement): Meaning {
  const decimal = decimalOf(element)
  if (decimal !== null) return decimal
  const { logical_type: logical, converted_type: converted } = element
  if (logical?.type === 'TIMESTAMP' && element.type === 'INT64') {
    return { meaning: 'timestamp', fractionDigits: fractionDigits[logical.unit], utc: logical.isAdjustedToUTC }
  }
  if (converted === 'TIMESTAMP_MILLIS') return { meaning: 'timestamp', fractionDigits: 3, utc: true }
  if (converted === 'TIMESTAMP_MICROS') return { meaning: 'timestamp', fractionDigits: 6, utc: true }
  if (logical?.type === 'DATE' || converted === 'DATE') return { meaning: 'date' }
  const unsigned = logical?.type === 'INTEGER' ? !logical.isSigned : converted?.startsWith('UINT_') === true
  return { meaning: unsigned && element.type === 'INT64' ? 'unsigned' : 'integer' }
}

/** Whether a 32-bit column has no sign. */
export function isUnsigned(element: SchemaElement): boolean {
  const { logical_type: logical, converted_type: converted } = element
  return logical?.type === 'INTEGER' ? !logical.isSigned : converted?.startsWith('UINT_') === true
}

function bytesMeaning(element: SchemaElement): Meaning {
  const decimal = decimalOf(element)
  if (decimal !== null) return decimal
  const { logical_type: logical, converted_type: converted } = element
  if (logical?.type === 'FLOAT16' && element.type_length === 2) return { meaning: 'float' }
  if (logical?.type === 'UUID' && element.type_length === 16) return { meaning: 'uuid' }
  const foreign = ['BSON', 'VARIANT', 'GEOMETRY', 'GEOGRAPHY', 'FLOAT16', 'UUID']
  if (logical !== undefined && foreign.includes(logical.type)) return { meaning: 'unsupported', type: logical.type }
  if (converted === 'BSON' || converted === 'INTERVAL') return { meaning: 'unsupported', type: converted }
  return { meaning: 'text' }
}
