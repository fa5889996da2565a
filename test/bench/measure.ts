// How the two sides of a row take turns.
import type { Options } from './options.ts'
import type { Result } from './report.ts'
import type { Row } from './rows.ts'
import { medianRatio, rate, runSlice, summarise, type Slice } from './slice.ts'

const warmUpSeconds = 0.3
const slowFactor = 3
/** Operations prepared for a first slice, and at least and at most for any. */
const firstCount = 500
const countMax = 20_000

/** Slices of both sides in turn; which comes first changes with every round. */
export async function measure(row: Row, connections: number, { rounds, seconds }: Options): Promise<Result> {
  const sides = [row.measured, row.reference].map((side) => ({ ...side, slices: [] as Slice[], rate: 0 }))
  const [measured, reference] = sides
  if (measured === undefined || reference === undefined) throw new Error('A row has two sides')
  for (let round = -1; round < rounds; round++) {
    const isWarmUp = round < 0
    const length = isWarmUp ? warmUpSeconds : seconds * (row.isSlow === true ? slowFactor : 1)
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      const expected = Math.ceil(side.rate * length * 2)
      const count = Math.min(countMax, Math.max(firstCount, expected))
      const slice = await runSlice(side.target, side.plan, { connections, seconds: length, count })
      side.rate = rate(slice)
      if (!isWarmUp) side.slices.push(slice)
    }
  }
  return {
    row,
    connections,
    measured: summarise(measured.slices),
    reference: summarise(reference.slices),
    ratio: medianRatio(measured.slices, reference.slices),
  }
}
