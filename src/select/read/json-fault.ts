// What is wrong with JSON input, in AWS's words.
import { S3Error } from '../../errors.ts'
import type { S3ErrorCode } from '../../errors.ts'
import { JsonFault, jsonDepthMax } from '../../kernels/select/json-cursor.ts'
import type { JsonFaultReason } from '../../kernels/select/json-cursor.ts'

const codes: Record<JsonFaultReason, S3ErrorCode> = {
  syntax: 'JSONParsingError',
  depth: 'JSONParsingError',
  encoding: 'InvalidTextEncoding',
  ambiguous: 'AmbiguousFieldName',
}

export function jsonError(reason: JsonFaultReason, cause?: unknown): S3Error {
  return new S3Error(codes[reason], {
    ...(reason === 'depth' && {
      message: `Encountered an error parsing the JSON file: values are nested more than ${jsonDepthMax} levels deep.`,
    }),
    ...(cause !== undefined && { cause }),
  })
}

/** Runs what may throw JsonFault and throws S3Error instead. */
export function withJsonErrors<Result>(run: () => Result): Result {
  try {
    return run()
  } catch (error) {
    if (error instanceof JsonFault) throw jsonError(error.reason, error)
    throw error
  }
}
