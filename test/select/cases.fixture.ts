// Cases of S3 Select written as data (test/vectors/select): what a file holds, and what a case asks of the engine.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { S3Error } from '../../src/errors.ts'
import { Arena } from '../../src/kernels/select/arena.ts'
import { wasmKernels } from '../../src/kernels/select/wasm-kernels.ts'
import type {
  Compression,
  CsvInput,
  CsvOutput,
  Dialect,
  InputFormat,
  JsonInput,
  JsonOutput,
  OutputFormat,
  ScanRange,
  SelectRequest,
  SelectTuning,
} from '../../src/select/request.ts'
import { openFinished, type FinishSetup } from '../../src/select/finish/open-finished.ts'
import { recordsOfObject } from '../../src/select/finish/record-source.ts'
import { openSelect } from '../../src/select/select.ts'
import { parseTimestamp } from '../../src/select/value/timestamp.ts'
import { residentObject } from '../support/resident-object.ts'
import { csvInput, csvOutput } from '../support/select-formats.ts'

/** Text, or its lines, each of which ends with a newline. */
type Text = string | readonly string[]

type InputChoice = Partial<CsvInput> | JsonInput
type OutputChoice = Partial<CsvOutput> | Partial<JsonOutput>

interface Given {
  /** A public page or file that states the behaviour. */
  source?: string
  dialect?: Dialect
  /** CSV with a header in use, unless said otherwise. */
  input?: InputChoice
  output?: OutputChoice
  data?: Text
  /** Other objects, by bucket and key. */
  objects?: Record<string, Text>
  scanRange?: ScanRange
}

interface WrittenCase extends Given {
  name: string
  expression: string
  /** The whole answer, or `error`. */
  expected?: Text
  /** The code of the fault. */
  error?: string
}

interface CaseFile extends Given {
  /** Cases of the source that are left out, each with the reason. */
  skipped?: readonly { name: string; why: string }[]
  cases: readonly WrittenCase[]
}

export interface SelectCase {
  name: string
  source: string
  request: SelectRequest
  data: Uint8Array
  objects: ReadonlyMap<string, Uint8Array>
  expected: string | { error: string }
}

const folder = path.join(import.meta.dirname, '../vectors/select')

/** Every case of the folder, by the name of its file. */
export function selectCases(): Map<string, SelectCase[]> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'))
  return new Map(files.sort().map((file) => [file.slice(0, -'.json'.length), casesOf(file)]))
}

function casesOf(file: string): SelectCase[] {
  const { cases, ...given } = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as CaseFile
  return cases.map((written) => selectCase({ ...given, ...written }))
}

function selectCase({ name, source, data, objects, expected, error, ...asked }: WrittenCase): SelectCase {
  if (source === undefined || data === undefined) throw new Error(`«${name}» lacks its source or its data`)
  if ((expected === undefined) === (error === undefined)) throw new Error(`«${name}» expects one answer or one error`)
  return {
    name,
    source,
    request: requestOf(asked),
    data: bytesOf(data),
    objects: new Map(Object.entries(objects ?? {}).map(([key, text]) => [key, bytesOf(text)])),
    expected: error === undefined ? textOf(expected ?? '') : { error },
  }
}

function bytesOf(text: Text): Uint8Array {
  return new TextEncoder().encode(textOf(text))
}

function textOf(text: Text): string {
  return typeof text === 'string' ? text : text.map((line) => `${line}\n`).join('')
}

function requestOf({
  expression,
  dialect = 'extended',
  input = {},
  output = {},
  scanRange,
}: Omit<WrittenCase, 'name' | 'data' | 'objects'>): SelectRequest {
  return {
    expression,
    dialect,
    input: inputOf(input),
    compression: 'NONE' satisfies Compression,
    output: outputOf(output),
    scanRange: scanRange ?? null,
    progress: false,
  }
}

function inputOf(choice: InputChoice): InputFormat {
  return choice.format === 'JSON' ? choice : { ...csvInput, ...choice }
}

function outputOf(choice: OutputChoice): OutputFormat {
  return choice.format === 'JSON' ? { format: 'JSON', recordDelimiter: '\n', ...choice } : { ...csvOutput, ...choice }
}

const kernels = wasmKernels()
const budgetBytes = 16 * 1024 * 1024

function engineSetup(objects: ReadonlyMap<string, Uint8Array>, tuning: SelectTuning): FinishSetup {
  const now = parseTimestamp('2017-10-13T16:02:11.123Z')
  if (now === null) throw new Error('UTCNOW() needs a moment')
  return {
    kernels,
    arena: new Arena(kernels.memory, kernels.heapBase(), budgetBytes),
    now,
    tuning,
    openOther({ bucket, key }) {
      const bytes = objects.get(`${bucket}/${key}`)
      return bytes === undefined ? Promise.reject(new S3Error('NoSuchKey')) : Promise.resolve(residentObject(bytes))
    },
  }
}

/** What the engine answers: the whole text, or the code of the fault that ended it. */
export async function answerOf(
  { request, data, objects }: SelectCase,
  tuning: SelectTuning = {},
): Promise<string | { error: string }> {
  const source = residentObject(data, 700)
  const setup = engineSetup(objects, tuning)
  const pieces: Uint8Array[] = []
  try {
    const run =
      (await openFinished(request, recordsOfObject(source), setup)) ?? (await openSelect(request, source, setup))
    try {
      for (let piece = await run.next(); piece !== null; piece = await run.next()) pieces.push(piece)
    } finally {
      await run.close()
    }
  } catch (error) {
    if (error instanceof S3Error) return { error: error.code }
    throw error
  }
  return Buffer.concat(pieces).toString()
}
