// The values of S3 Select's language, as JavaScript holds them. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-data-types.html
import type { Decimal } from './decimal.ts'
import type { Timestamp } from './timestamp.ts'

/** The value of a path or column that is not there; NULL is `null`. */
export const MISSING = undefined

/** A JSON object or a whole record: names in order; a name may come twice. */
export class Struct {
  readonly names: readonly string[]
  readonly values: readonly Value[]

  constructor(names: readonly string[], values: readonly Value[]) {
    this.names = names
    this.values = values
  }
}

/**
 * bigint: INT (64 bits; arithmetic beyond is IntegerOverflow). number: FLOAT. Decimal: DECIMAL, exact to 38 digits.
 * string: STRING, and every CSV field. An array is a list.
 */
export type Value =
  | null
  | undefined
  | boolean
  | bigint
  | number
  | string
  | Decimal
  | Timestamp
  | Struct
  | readonly Value[]
