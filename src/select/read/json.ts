// Opens JSON input, lines or documents.
import { assert } from '../../assert.ts'
import { S3Error } from '../../errors.ts'
import type { RecordReader } from '../batch.ts'
import type { PathStep } from '../bind/bound.ts'
import { openChunks } from '../source/open-chunks.ts'
import { linesOfRange } from './json-lines.ts'
import { JsonReader } from './json-reader.ts'
import type { ReaderSetup } from './open-reader.ts'
import { resolveScanRange } from './scan-range.ts'

/**
 * A reader of JSON values. Without a path in FROM every top-level value is a record; values may stand one on a line, over several lines
 * or several on one. Both types are read so; what DOCUMENT does not have is ScanRange. Throws InvalidScanRange and
 * UnsupportedScanRangeInput.
 */
export function openJson(given: ReaderSetup): Promise<RecordReader> {
  const setup = { ...given, from: recordsPath(given) }
  const { compression, input, scanRange } = setup.request
  const { source } = setup
  assert(input.format === 'JSON', 'The JSON reader reads JSON')
  const isWhole = scanRange === null || (scanRange.start === null && scanRange.end === null)
  if (isWhole) return Promise.resolve(new JsonReader(setup, openChunks(source, { offset: 0, compression })))
  if (input.type !== 'LINES' || compression !== 'NONE') throw new S3Error('UnsupportedScanRangeInput')
  return Promise.resolve(new JsonReader(setup, linesOfRange(source, resolveScanRange(scanRange, source.size))))
}

/** In the lenient dialect a list of a document stands for its elements, as Ceph has it: `FROM S3Object[*].root`. */
function recordsPath({ from, request: { dialect, input } }: ReaderSetup): readonly PathStep[] {
  if (dialect !== 'lenient' || input.format !== 'JSON' || input.type !== 'DOCUMENT') return from
  const last = from.at(-1)?.step
  return last === 'elements' || last === 'values' ? from : [...from, { step: 'spread' }]
}
