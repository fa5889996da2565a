// Where the records of one source of a statement come from: an object, or many read as one. They may be read again and again.
import type { ObjectSource, RecordReader } from '../batch.ts'
import { openMany } from '../read/many-reader.ts'
import type { KeyedSource } from '../read/many-reader.ts'
import type { ReaderSetup } from '../read/open-reader.ts'
import { openReader } from '../select.ts'

export interface RecordSource {
  /** `_key` is a column. */
  keyColumn: boolean
  open(setup: Omit<ReaderSetup, 'source'>): Promise<RecordReader>
}

export function recordsOfObject(source: ObjectSource): RecordSource {
  return { keyColumn: false, open: (setup) => openReader({ ...setup, source }) }
}

/** `objects` begins anew each time it is called. */
export function recordsOfMany(objects: () => AsyncIterator<KeyedSource>): RecordSource {
  return {
    keyColumn: true,
    async open(setup) {
      const iterator = objects()
      const reader = await openMany({ ...setup, objects: iterator, open: openReader })
      return {
        names: reader.names,
        start: (columns, hints) => reader.start(columns, hints),
        next: () => reader.next(),
        async close() {
          await reader.close()
          await iterator.return?.()
        },
        get scanned() {
          return reader.scanned
        },
        get processed() {
          return reader.processed
        },
      }
    },
  }
}
