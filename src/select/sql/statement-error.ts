// Faults of a statement, with where in it they are. No I/O, no clock.
import { S3Error } from '../../errors.ts'
import type { S3ErrorCode } from '../../errors.ts'
import { S3_ERRORS } from '../../errors.ts'
import type { Dialect } from '../request.ts'

/** Characters of the statement a message repeats. */
const excerptCharsMax = 40

/** Where a fault is: `found` is the text there, empty at the end of the statement. */
export interface FaultPlace {
  text: string
  position: number
  found?: string
  /** Replaces AWS's message, which the place is added to. */
  message?: string
}

/** The error of a code, its message ending with line and column, both from 1. */
export function statementError(code: S3ErrorCode, place: FaultPlace): S3Error {
  const before = place.text.slice(0, place.position)
  const lineStart = before.lastIndexOf('\n') + 1
  const line = before.split('\n').length
  const sentence = place.message ?? S3_ERRORS[code][1]
  const found = place.found === undefined ? '' : `, found ${place.found === '' ? 'the end' : quote(place.found)}`
  return new S3Error(code, {
    message: `${sentence} At line ${line}, column ${place.position - lineStart + 1}${found}.`,
  })
}

function quote(found: string): string {
  // Half a surrogate pair has no place in an XML answer.
  return `'${found.length > excerptCharsMax ? `${found.slice(0, excerptCharsMax).replace(/[\uD800-\uDBFF]$/, '')}…` : found}'`
}

/** Ceph's one code for every fault of syntax, in its dialect. */
export function inDialect(error: unknown, dialect: Dialect): unknown {
  if (dialect !== 'lenient' || !(error instanceof S3Error) || !/^(Parse|Lexer)/.test(error.code)) return error
  return new S3Error('UnsupportedSyntax', { message: error.message, cause: error })
}
