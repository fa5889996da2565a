// Which SQL a query is written in: the request says so, or its bucket, or the deployment. No I/O, no clock.
import { invalidArgument } from '../invalid-argument.ts'
import type { Dialect } from '../../select/request.ts'
import type { Bucket } from '../../store/buckets.ts'

export const dialects: readonly Dialect[] = ['aws', 'lenient', 'extended']

/** The name of the stored configuration of a bucket: `{"dialect":"aws"}`. */
export const selectConfig = 'select'

export const dialectHeader = 'x-edgeshard-select-dialect'

function dialectNamed(text: string | undefined): Dialect | null {
  return dialects.find((one) => one === text) ?? null
}

/** What the request's header says; null without one. Throws InvalidArgument. */
export function requestedDialect(headers: Headers): Dialect | null {
  const value = headers.get(dialectHeader)
  if (value === null || value === '') return null
  const dialect = dialectNamed(value.toLowerCase())
  if (dialect === null) throw invalidArgument(dialectHeader, value, `${dialectHeader} must be aws, lenient or extended`)
  return dialect
}

/** What the bucket's configuration says; null without one. */
export function bucketDialect({ configs }: Pick<Bucket, 'configs'>): Dialect | null {
  const stored = configs[selectConfig]
  if (stored === undefined) return null
  const { dialect } = JSON.parse(stored) as { dialect?: string }
  return dialectNamed(dialect)
}

/** The deployment's: EDGESHARD_SELECT_DIALECT. The embedded server refuses other values when it starts. */
export function deploymentDialect(setting: string | undefined): Dialect {
  return dialectNamed(setting) ?? 'extended'
}
