// What a body costs on both sides of inlineBytesMax: the same sizes stored in the shard's row and as files, by two
// builds of the project that differ in that one number.
import { bodyOf, KiB, MiB, once, operation, over, runAll } from './requests.ts'
import { medianRatio, runSlice, summarise } from './slice.ts'
import type { Plan, Slice, Summary } from './slice.ts'
import { startWithInline } from './targets.ts'
import type { Target } from './targets.ts'

export interface SweepOptions {
  rounds: number
  seconds: number
  connections: number[]
  report(row: SweepRow): void
}

export interface SweepRow {
  what: 'PUT' | 'GET'
  bytes: number
  connections: number
  inline: Summary
  extents: Summary
  /** Inline against extents, by rate: above 1, inline is better. */
  ratio: number
}

const sizes = [16, 32, 64, 128, 256, 512, 1024].map((size) => size * KiB)
const objects = 32
const bucket = '/sweep'

export async function sweepInline(options: SweepOptions): Promise<void> {
  const inline = await startWithInline(MiB)
  const extents = await startWithInline(0)
  try {
    for (const target of [inline, extents]) await target.call({ method: 'PUT', path: bucket })
    for (const bytes of sizes) {
      for (const target of [inline, extents]) await runAll(target, puts(target, bytes, objects))
      for (const connections of options.connections) {
        for (const what of ['PUT', 'GET'] as const) {
          options.report(await compare({ inline, extents }, { what, bytes, connections }, options))
        }
      }
    }
  } finally {
    await inline.remove()
    await extents.remove()
  }
}

async function compare(
  { inline, extents }: { inline: Target; extents: Target },
  row: Pick<SweepRow, 'what' | 'bytes' | 'connections'>,
  { rounds, seconds }: SweepOptions,
): Promise<SweepRow> {
  const { what, bytes, connections } = row
  const slices = new Map<Target, Slice[]>([
    [inline, []],
    [extents, []],
  ])
  for (let round = -1; round < rounds; round++) {
    const order = round % 2 === 0 ? [inline, extents] : [extents, inline]
    for (const target of order) {
      const plan: Plan = (count) => (what === 'PUT' ? once(puts(target, bytes, count)) : over(gets(target, bytes)))
      const slice = await runSlice(target, plan, { connections, seconds: round < 0 ? 0.2 : seconds, count: 4000 })
      if (round >= 0) slices.get(target)?.push(slice)
    }
  }
  const [ofInline = [], ofExtents = []] = [slices.get(inline), slices.get(extents)]
  return {
    ...row,
    inline: summarise(ofInline),
    extents: summarise(ofExtents),
    ratio: medianRatio(ofInline, ofExtents),
  }
}

/** Over a ring of names: replaced bodies are collected beside, as in use. */
function puts(target: Target, bytes: number, count: number) {
  const body = bodyOf(bytes)
  return Array.from({ length: count }, (_, index) => {
    return operation(target, { method: 'PUT', path: `${bucket}/${bytes}-${index % objects}` }, { status: 200 }, body)
  })
}

function gets(target: Target, bytes: number) {
  return Array.from({ length: objects }, (_, index) => {
    return operation(target, { method: 'GET', path: `${bucket}/${bytes}-${index}` }, { status: 200, bytes })
  })
}
