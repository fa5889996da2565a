// The functions of the language and how many arguments each takes. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-sql-functions.html
import type { Dialect } from '../request.ts'
import type { ScalarFunction } from './bound.ts'

interface Signature {
  function: ScalarFunction
  least: number
  most: number
}

const anyNumber = Number.MAX_SAFE_INTEGER

const aws: [string, Signature][] = [
  ['CHAR_LENGTH', { function: 'CHAR_LENGTH', least: 1, most: 1 }],
  ['COALESCE', { function: 'COALESCE', least: 1, most: anyNumber }],
  ['DATE_ADD', { function: 'DATE_ADD', least: 2, most: 2 }],
  ['DATE_DIFF', { function: 'DATE_DIFF', least: 2, most: 2 }],
  ['EXTRACT', { function: 'EXTRACT', least: 1, most: 1 }],
  ['LOWER', { function: 'LOWER', least: 1, most: 1 }],
  ['NULLIF', { function: 'NULLIF', least: 2, most: 2 }],
  ['SUBSTRING', { function: 'SUBSTRING', least: 2, most: 3 }],
  ['TO_STRING', { function: 'TO_STRING', least: 2, most: 2 }],
  ['TO_TIMESTAMP', { function: 'TO_TIMESTAMP', least: 1, most: 2 }],
  ['TRIM', { function: 'TRIM', least: 1, most: 2 }],
  ['UPPER', { function: 'UPPER', least: 1, most: 1 }],
  ['UTCNOW', { function: 'UTCNOW', least: 0, most: 0 }],
]

const signatures: Record<Dialect, ReadonlyMap<string, Signature>> = {
  aws: new Map(aws),
  lenient: new Map([...aws, ['VERSION', { function: 'VERSION', least: 0, most: 0 }]]),
  extended: new Map([
    ...aws,
    ['ABS', { function: 'ABS', least: 1, most: 1 }],
    ['CEIL', { function: 'CEIL', least: 1, most: 1 }],
    ['CEILING', { function: 'CEIL', least: 1, most: 1 }],
    ['FLOOR', { function: 'FLOOR', least: 1, most: 1 }],
    ['LENGTH', { function: 'CHAR_LENGTH', least: 1, most: 1 }],
    ['ROUND', { function: 'ROUND', least: 1, most: 2 }],
    ['SIZE', { function: 'SIZE', least: 1, most: 1 }],
  ]),
}

/** The function of a name in capitals; null where the dialect has none. */
export function scalarFunction(name: string, dialect: Dialect): Signature | null {
  return signatures[dialect].get(name) ?? null
}
