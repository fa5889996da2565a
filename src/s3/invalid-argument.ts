// InvalidArgument with the two fields AWS adds to it. No I/O, no clock.
import { S3Error } from '../errors.ts'

/** The error for a parameter or header whose value cannot be. */
export function invalidArgument(name: string, value: string, message: string): S3Error {
  return new S3Error('InvalidArgument', { message, fields: { ArgumentName: name, ArgumentValue: value } })
}

/** A whole number of a query parameter or header, or `fallback` when it is missing. Throws InvalidArgument. */
export function wholeNumber(name: string, value: string | null, options: { fallback: number; max: number }): number {
  if (value === null || value === '') return options.fallback
  const number = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN
  if (!Number.isSafeInteger(number) || number > options.max) {
    throw invalidArgument(name, value, `Argument ${name} must be an integer between 0 and ${options.max}`)
  }
  return number
}
