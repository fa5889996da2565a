// Which files reads under way will still open: an object of several files is read one after the other, for as long as its
// client takes, and may be replaced meanwhile. Of the isolate, for the shards and the readers of the embedded server share it.
import { leaseMilliseconds } from '../limits.ts'

/** A read of several files. It counts as over when it took a lease for one of them: a request that is cut off says nothing. */
export class FileReader {
  readonly #extents: ReadonlySet<string>
  #until: number

  /** `now`: milliseconds since 1970. */
  constructor(extents: Iterable<string>, now: number) {
    this.#extents = new Set(extents)
    this.#until = now + leaseMilliseconds
    readers.add(this)
  }

  /** The next file is opened. */
  goesOn(now: number): void {
    this.#until = now + leaseMilliseconds
  }

  end(): void {
    readers.delete(this)
  }

  wants(extent: string): boolean {
    return this.#extents.has(extent)
  }

  isOver(now: number): boolean {
    return now >= this.#until
  }
}

const readers = new Set<FileReader>()

/** Whether a read under way will open this file, or has. */
export function isWanted(extent: string, now: number): boolean {
  for (const reader of readers) {
    if (reader.isOver(now)) reader.end()
    else if (reader.wants(extent)) return true
  }
  return false
}
