// The engine run to its end in this process, on bytes that are in memory.
import { S3Error } from '../../src/errors.ts'
import { Arena } from '../../src/kernels/select/arena.ts'
import type { SelectKernels } from '../../src/kernels/select/kernels.ts'
import { wasmKernels } from '../../src/kernels/select/wasm-kernels.ts'
import { scanBudgetBytes } from '../../src/limits.ts'
import type { ObjectSource } from '../../src/select/batch.ts'
import { openFinished } from '../../src/select/finish/open-finished.ts'
import { recordsOfObject } from '../../src/select/finish/record-source.ts'
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

interface RunOptions {
  kernels?: SelectKernels
  tuning?: SelectTuning
  /** Objects a statement may join, by bucket and key: `bucket/key`. */
  others?: Record<string, Uint8Array>
}

/** The whole answer. Rejects with the S3Error the query fails with. */
export async function runSelect(
  request: SelectRequest,
  object: Uint8Array | ObjectSource,
  { kernels = wasmKernels(), tuning = {}, others = {} }: RunOptions = {},
): Promise<string> {
  const source = object instanceof Uint8Array ? residentObject(object) : object
  // Windows of a mebibyte index more than a query may otherwise.
  const budget = scanBudgetBytes[request.input.format] * (tuning.windowBytes === undefined ? 1 : 4)
  const arena = new Arena(kernels.memory, kernels.heapBase(), budget)
  const setup = { kernels, arena, now: testNow, tuning }
  const openOther = ({ bucket, key }: { bucket: string; key: string }) => {
    const bytes = others[`${bucket}/${key}`]
    return bytes === undefined ? Promise.reject(new S3Error('NoSuchKey')) : Promise.resolve(residentObject(bytes))
  }
  const finished = await openFinished(request, recordsOfObject(source), { ...setup, openOther })
  const run = finished ?? (await openSelect(request, source, setup))
  try {
    const pieces: Uint8Array[] = []
    for (let piece = await run.next(); piece !== null; piece = await run.next()) pieces.push(piece)
    return Buffer.concat(pieces).toString()
  } finally {
    await run.close()
  }
}
