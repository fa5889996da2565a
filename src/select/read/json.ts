// Opens JSON input, lines or documents.
import { assert } from '../../assert.ts'
import { S3Error } from '../../errors.ts'
import type { RecordReader } from '../batch.ts'
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
export function openJson(setup: ReaderSetup): Promise<RecordReader> {
  const { compression, input, scanRange } = setup.request
  const { source } = setup
  assert(input.format === 'JSON', 'The JSON reader reads JSON')
  const isWhole = scanRange === null || (scanRange.start === null && scanRange.end === null)
  if (isWhole) return Promise.resolve(new JsonReader(setup, openChunks(source, { offset: 0, compression })))
  if (input.type !== 'LINES' || compression !== 'NONE') throw new S3Error('UnsupportedScanRangeInput')
  return Promise.resolve(new JsonReader(setup, linesOfRange(source, resolveScanRange(scanRange, source.size))))
}
