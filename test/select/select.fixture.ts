// Runs a statement over bytes, through the whole engine.
import { Arena } from '../../src/kernels/select/arena.ts'
import type { SelectKernels } from '../../src/kernels/select/kernels.ts'
import { wasmKernels } from '../../src/kernels/select/wasm-kernels.ts'
import { scanBudgetBytes } from '../../src/limits.ts'
import type { ObjectSource } from '../../src/select/batch.ts'
import type { CsvInput, JsonInput, SelectRequest, SelectTuning } from '../../src/select/request.ts'
import { openSelect } from '../../src/select/select.ts'
import { Timestamp } from '../../src/select/value/timestamp.ts'

export const csvInput: CsvInput = {
  format: 'CSV',
  header: 'USE',
  recordDelimiter: '\n',
  fieldDelimiter: ',',
  quote: '"',
  escape: '"',
  comments: '#',
  allowQuotedRecordDelimiter: false,
}

export const jsonLines: JsonInput = { format: 'JSON', type: 'LINES' }

const csvOutput: SelectRequest['output'] = {
  format: 'CSV',
  quoteFields: 'ASNEEDED',
  recordDelimiter: '\n',
  fieldDelimiter: ',',
  quote: '"',
  escape: '"',
}

export const jsonOutput: SelectRequest['output'] = { format: 'JSON', recordDelimiter: '\n' }

export const requestOf = (expression: string, rest: Partial<SelectRequest> = {}): SelectRequest => ({
  expression,
  dialect: 'extended',
  input: csvInput,
  compression: 'NONE',
  output: csvOutput,
  scanRange: null,
  progress: false,
  ...rest,
})

/** The bytes as an object, which counts what is read of it. */
export function sourceOf(bytes: Uint8Array): ObjectSource & { pulled: number; cancelled: boolean } {
  const source = {
    size: bytes.length,
    pulled: 0,
    cancelled: false,
    read(offset: number, length: number): Promise<ReadableStream<Uint8Array>> {
      let at = offset
      const end = Math.min(offset + length, bytes.length)
      const stream = new ReadableStream<Uint8Array>({
        type: 'bytes',
        pull(controller: ReadableByteStreamController) {
          const piece = bytes.slice(at, Math.min(at + 65_536, end))
          at += piece.length
          source.pulled += piece.length
          if (piece.length > 0) controller.enqueue(piece)
          if (at >= end) controller.close()
          if (at >= end) controller.byobRequest?.respond(0)
        },
        cancel() {
          source.cancelled = true
        },
      } as unknown as UnderlyingSource<Uint8Array>)
      return Promise.resolve(stream)
    },
  }
  return source
}

export interface RunOptions {
  kernels?: SelectKernels
  tuning?: SelectTuning
}

export const now = new Timestamp({ nanoseconds: 0n, precision: 'second', offsetMinutes: 0 })

/** Larger windows than the default are nobody's but a test's. */
function budgetOf({ input }: SelectRequest, { windowBytes = 0 }: SelectTuning): number {
  return scanBudgetBytes[input.format] + 12 * windowBytes
}

/** The whole answer as text; what is at fault after its beginning is thrown too. */
export async function answerOf(
  request: SelectRequest,
  bytes: Uint8Array | string,
  { kernels = wasmKernels(), tuning = {} }: RunOptions = {},
): Promise<string> {
  const arena = new Arena(kernels.memory, kernels.heapBase(), budgetOf(request, tuning))
  const data = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes
  const run = await openSelect(request, sourceOf(data), { kernels, arena, now, tuning })
  let text = ''
  const decoder = new TextDecoder()
  for (let piece = await run.next(); piece !== null; piece = await run.next()) {
    text += decoder.decode(piece, { stream: true })
  }
  return text
}
