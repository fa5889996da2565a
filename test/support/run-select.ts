// The engine run to its end in this process, on bytes that are in memory.
import { Arena } from '../../src/kernels/select/arena.ts'
import type { SelectKernels } from '../../src/kernels/select/kernels.ts'
import { wasmKernels } from '../../src/kernels/select/wasm-kernels.ts'
import { scanBudgetBytes } from '../../src/limits.ts'
import type { ObjectSource } from '../../src/select/batch.ts'
import type { SelectRequest, SelectTuning } from '../../src/select/request.ts'
import { openSelect } from '../../src/select/select.ts'
import { Timestamp } from '../../src/select/value/timestamp.ts'
import { residentObject } from './resident-object.ts'

/** What UTCNOW() is. */
export const testNow = new Timestamp({
  nanoseconds: BigInt(Date.UTC(2026, 10, 25, 12)) * 1_000_000n,
  precision: 'fraction',
  fractionDigits: 3,
  offsetMinutes: 0,
})

/** The whole answer. Rejects with the S3Error the query fails with. */
export async function runSelect(
  request: SelectRequest,
  object: Uint8Array | ObjectSource,
  { kernels = wasmKernels(), tuning = {} }: { kernels?: SelectKernels; tuning?: SelectTuning } = {},
): Promise<string> {
  const source = object instanceof Uint8Array ? residentObject(object) : object
  // Windows of a mebibyte index more than a query may otherwise.
  const budget = scanBudgetBytes[request.input.format] * (tuning.windowBytes === undefined ? 1 : 4)
  const arena = new Arena(kernels.memory, kernels.heapBase(), budget)
  const run = await openSelect(request, source, { kernels, arena, now: testNow, tuning })
  try {
    const pieces: Uint8Array[] = []
    for (let piece = await run.next(); piece !== null; piece = await run.next()) pieces.push(piece)
    return Buffer.concat(pieces).toString()
  } finally {
    await run.close()
  }
}
