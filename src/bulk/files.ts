/**
 * Extents as files, for the embedded server: workerd's disk service with one immutable file per extent.
 *
 * The service (workerd, src/workerd/server/server.c++, DiskDirectoryService) writes a PUT into `.kj-tmp.*` beside its
 * target, makes missing folders, and renames when the body has ended: a reader sees the whole file or none. A body that
 * breaks off removes the temporary file; a killed process leaves it behind, invisible to us (dotfiles are refused).
 *
 * Survives: a crash or `kill -9` of the process at any moment, once `close` has resolved. A power cut or a crash of the
 * operating system: not certainly. The service calls no fsync, so a file of the last seconds (Linux writes back within
 * about 30) may be missing, short or hold zeros. Such an extent is reported as damaged, never handed out.
 */
import { assert } from '../assert.ts'
import type { ChecksumAlgorithm } from '../kernels/checksum.ts'
import type { Digest } from '../kernels/digest.ts'
import { fileExtentBytesMax, removalsAtOnceMax } from '../limits.ts'
import type { Segment } from '../shard/rpc.ts'
import { isWellFormed, touchedBlocks } from './blocks.ts'
import type { Span } from './blocks.ts'
import { DamagedExtent } from './bulk-store.ts'
import type { BulkStore, ExtentWriter, OpenRun } from './bulk-store.ts'
import { FileDigests } from './file-digests.ts'
import type { StoredDigests } from './file-digests.ts'
import { FileReader, isWanted } from './file-readers.ts'
import { bytesStream, discard, nativeRun } from './streams.ts'
import { streamedWriter } from './streamed-writer.ts'
import { VerifiedExtents } from './verified-extents.ts'
import type { FileFacts } from './verified-extents.ts'
import { verifiedRun, verifyStream } from './verified-run.ts'

/** One name is one file: letters of both cases would be one on some file systems, a dot or a slash another path. */
const namePattern = /^[0-9a-z][0-9a-z-]{4,127}$/

interface OpenFile {
  facts: FileFacts
  response: Response
}

export class FilesStore implements BulkStore {
  readonly name = 'files'
  readonly extentBytesMax = fileExtentBytesMax
  readonly acceptsUnknownSize = true
  readonly #disk: Fetcher
  readonly #digests: FileDigests | null
  readonly #verified = new VerifiedExtents()

  /** `thread`: see ./file-digests.ts; null: there is none. */
  constructor(disk: Fetcher, thread: Fetcher | null) {
    this.#disk = disk
    const read = (extent: string) => this.#readFile(extent)
    this.#digests = thread === null ? null : new FileDigests({ thread, read })
  }

  async create(extent: string, size: number | null): Promise<ExtentWriter> {
    const url = fileUrl(extent)
    const send = async (body: ReadableStream<Uint8Array>): Promise<void> => {
      const response = await this.#disk.fetch(url, { method: 'PUT', body })
      await discard(response.body)
      if (!response.ok) throw new Error(`The disk service answered ${response.status} to PUT of extent ${extent}`)
    }
    const remove = () => this.remove([{ extent, size }])
    return streamedWriter({ store: 'files', extent, size, sizeMax: this.extentBytesMax, send, remove })
  }

  startDigests(create: (algorithm: ChecksumAlgorithm) => Digest): StoredDigests | null {
    return this.#digests?.start(create) ?? null
  }

  async read(segment: Segment): Promise<ReadableStream<Uint8Array>> {
    return (await this.open(segment)).stream()
  }

  async open(segment: Segment): Promise<OpenRun> {
    const { extent, extentSize } = segment
    if (segment.length === 0) return nativeRun(bytesStream(new Uint8Array()))
    if (!isWellFormed(segment)) throw new DamagedExtent(extent, segment.offset)
    const touched = touchedBlocks(segment, extentSize)
    const unchanged = await this.#readUnchanged(segment, touched)
    if (unchanged !== null) return nativeRun(unchanged)
    const openedAt = Date.now()
    const { facts, response } = await this.#open(segment, touched)
    return verifiedRun(response, segment, () => this.#verified.add(extent, facts, touched, openedAt))
  }

  isWanted(extent: string): boolean {
    return isWanted(extent, Date.now())
  }

  willRead(extents: string[]): { goesOn(): void; end(): void } {
    const reader = new FileReader(extents, Date.now())
    return { goesOn: () => reader.goesOn(Date.now()), end: () => reader.end() }
  }

  async remove(extents: { extent: string; size: number | null }[]): Promise<void> {
    for (let start = 0; start < extents.length; start += removalsAtOnceMax) {
      await Promise.all(extents.slice(start, start + removalsAtOnceMax).map(({ extent }) => this.#removeOne(extent)))
    }
  }

  async verify(extent: { extent: string; size: number; crcs: Uint8Array }): Promise<'intact' | 'damaged' | 'missing'> {
    const { extent: name, size, crcs } = extent
    const segment = { extent: name, offset: 0, length: size, extentSize: size, crcs }
    const openedAt = Date.now()
    const response = await this.#disk.fetch(fileUrl(name))
    if (response.status === 404) {
      await discard(response.body)
      return 'missing'
    }
    try {
      const facts = await checkFile(response, segment, segment)
      if (size > 0) await verifyStream(response, segment)
      this.#verified.add(name, facts, { offset: 0, length: size }, openedAt)
      return 'intact'
    } catch (error) {
      if (!(error instanceof DamagedExtent)) throw error
      this.#verified.delete(name)
      return 'damaged'
    }
  }

  /** The exact bytes, untouched by JavaScript, where their blocks passed and the file looks the same; null when they must be read. */
  async #readUnchanged(segment: Segment, touched: Span): Promise<ReadableStream<Uint8Array> | null> {
    const verified = this.#verified.get(segment.extent, touched, Date.now())
    if (verified === null) return null
    const { facts, response } = await this.#open(segment, segment)
    if (facts.size === verified.size && facts.lastModified === verified.lastModified) return response.body
    this.#verified.delete(segment.extent)
    await discard(response.body)
    return null
  }

  async #open(segment: Omit<Segment, 'store'>, run: Span): Promise<OpenFile> {
    const whole = run.length === segment.extentSize
    const range = `bytes=${run.offset}-${run.offset + run.length - 1}`
    const response = await this.#disk.fetch(fileUrl(segment.extent), whole ? {} : { headers: { range } })
    return { response, facts: await checkFile(response, segment, run) }
  }

  async #readFile(extent: string): Promise<ReadableStream<Uint8Array>> {
    const response = await this.#disk.fetch(fileUrl(extent))
    if (response.ok && response.body !== null) return response.body
    await discard(response.body)
    throw new DamagedExtent(extent, 0)
  }

  async #removeOne(extent: string): Promise<void> {
    this.#verified.delete(extent)
    const response = await this.#disk.fetch(fileUrl(extent), { method: 'DELETE' })
    await discard(response.body)
    const { status } = response
    if (!response.ok && status !== 404) throw new Error(`The disk service answered ${status} to DELETE of ${extent}`)
  }
}

/** Facts of an answered file. Throws DamagedExtent when there is none or it has not the extent's size. */
async function checkFile(response: Response, segment: Omit<Segment, 'store'>, run: Span): Promise<FileFacts> {
  const { status, headers } = response
  const length = Number(headers.get('content-length'))
  const size = status === 206 ? Number(headers.get('content-range')?.split('/')[1]) : length
  if (response.ok && size === segment.extentSize && length === run.length) {
    return { size, lastModified: headers.get('last-modified') ?? '' }
  }
  await discard(response.body)
  if (response.ok || status === 404 || status === 416) throw new DamagedExtent(segment.extent, run.offset)
  throw new Error(`The disk service answered ${status} to GET of extent ${segment.extent}`)
}

/** `ab12…` lies at `/ab/12/ab12…`, so that no folder gets too large. */
function fileUrl(extent: string): string {
  assert(namePattern.test(extent), 'An extent is named by lower case letters, digits and hyphens')
  return `https://disk/${extent.slice(0, 2)}/${extent.slice(2, 4)}/${extent}`
}
