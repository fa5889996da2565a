// Chance, repeatable: the same seed and number give the same request.
import { randomFrom } from '../random.ts'

export interface Random {
  /** A whole number from 0, below `limit`. */
  below(limit: number): number
  /** True `part` times in `of`. */
  chance(part: number, of: number): boolean
  pick<T>(list: readonly [T, ...T[]] | readonly T[]): T
  /** None to `most` of them, in any order, repeats possible. */
  some<T>(list: readonly T[], most: number): T[]
  bytes(length: number): Buffer
}

/** The chance of request `index` of a run. */
export function randomOf(seed: number, index: number): Random {
  const below = randomFrom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b))
  const random: Random = {
    below,
    chance: (part, of) => below(of) < part,
    pick: (list) => list[below(list.length)]!,
    some: (list, most) => Array.from({ length: below(most + 1) }, () => random.pick(list)),
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
  }
  return random
}
