// Steps into values that hold others. No I/O, no clock.
import { S3Error } from '../../errors.ts'
import type { PathStep } from '../bind/bound.ts'
import { Struct } from './value.ts'
import type { Value } from './value.ts'

/**
 * What the steps lead to; MISSING where they lead nowhere. A key written without quotes matches whatever its case:
 * AmbiguousFieldName when names of different spelling do. Of members of the same name the first counts. With wildcards, which only the right side of
 * IN has, it is the list of all they lead to.
 */
export function stepInto(value: Value, steps: readonly PathStep[]): Value {
  let current = value
  for (const [index, step] of steps.entries()) {
    if (step.step === 'key') current = current instanceof Struct ? memberOf(current, step) : undefined
    else if (step.step === 'index') current = Array.isArray(current) ? current[step.index] : undefined
    else return everyInto(membersOf(current, step), steps.slice(index + 1))
    if (current === undefined) return undefined
  }
  return current
}

/** What a wildcard stands for: the elements of a list, or the values of a struct. */
function membersOf(value: Value, { step }: PathStep): readonly Value[] {
  if (step === 'elements') return Array.isArray(value) ? value : []
  return value instanceof Struct ? value.values : []
}

function everyInto(members: readonly Value[], steps: readonly PathStep[]): Value[] {
  const flattens = steps.some(({ step }) => step === 'elements' || step === 'values')
  const reached = members.map((member) => stepInto(member, steps)).filter((member) => member !== undefined)
  // The list a further wildcard makes of each member is a part of this one.
  return flattens ? reached.flatMap((list) => (Array.isArray(list) ? list : [list])) : reached
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
