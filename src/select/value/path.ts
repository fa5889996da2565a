// Steps into values that hold others. No I/O, no clock.
import { S3Error } from '../../errors.ts'
import type { PathStep } from '../bind/bound.ts'
import { Struct } from './value.ts'
import type { Value } from './value.ts'

/**
 * What the steps lead to; MISSING where they lead nowhere. A key written without quotes matches whatever its case:
 * AmbiguousFieldName when names of different spelling do. Of members of the same name the first counts.
 */
export function stepInto(value: Value, steps: readonly PathStep[]): Value {
  let current = value
  for (const step of steps) {
    if (step.step === 'key') current = current instanceof Struct ? memberOf(current, step) : undefined
    else if (step.step === 'index') current = Array.isArray(current) ? current[step.index] : undefined
    else throw new S3Error('UnsupportedSyntax', { message: 'Wildcards are supported in the path of FROM only.' })
    if (current === undefined) return undefined
  }
  return current
}

function memberOf({ names, values }: Struct, { name, caseSensitive }: { name: string; caseSensitive: boolean }): Value {
  if (caseSensitive) {
    const index = names.indexOf(name)
    return index === -1 ? undefined : values[index]
  }
  const wanted = name.toLowerCase()
  let found = -1
  for (const [index, candidate] of names.entries()) {
    if (candidate !== name && candidate.toLowerCase() !== wanted) continue
    if (found === -1) found = index
    else if (names[found] !== candidate) throw new S3Error('AmbiguousFieldName')
  }
  return found === -1 ? undefined : values[found]
}
