// Digests of a body whose extents become files, computed by another thread of this machine from the files themselves.
// Digests are most of what the bytes of an upload cost, and MD5 cannot be split: on a second core they are nothing. The
// thread (infra/embedded/file-digests.ts) reads what the disk service has written, while more is written.
//
// One request for each body, `/MD5,CRC64NVME`: its own body is a line `<extent> <bytes>` for each extent that is begun, and
// ends when all of them are complete files. The answer is the digests one after the other, in the order of the path.
import type { ChecksumAlgorithm } from '../kernels/checksum.ts'
import type { Digest } from '../kernels/digest.ts'
import { fileDigestMilliseconds, fileDigestRetryMilliseconds } from '../limits.ts'
import { logFault } from '../log.ts'

/** The digests of one body, by way of what is stored of it. */
export interface StoredDigests {
  /**
   * Those of the algorithms that are computed by the thread, by algorithm; once, before the first extent. Their `update` does nothing, and
   * their `finish` comes after the last extent was closed.
   */
  begin(algorithms: Iterable<ChecksumAlgorithm>): ReadonlyMap<ChecksumAlgorithm, Digest>
  /** The next bytes of the body go to this extent, so many of them. */
  note(extent: string, bytes: number): void
  /** Nobody will ask for the digests. Never throws. */
  abort(): void
}

export interface FileDigestsSetup {
  /** Answers as the head of this file says. */
  thread: Fetcher
  /** The bytes of an extent, for when the thread does not answer. */
  read: (extent: string) => Promise<ReadableStream<Uint8Array>>
}

/** Bytes of the digests the thread computes. CRC-32 costs the Worker less than anything else it does with a byte. */
const digestBytes: Partial<Record<ChecksumAlgorithm, number>> = {
  MD5: 16,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
  SHA512: 64,
}
/**
 * From so many bodies at once the Worker is what they wait for, and the thread takes over all it can. With fewer it computes
 * MD5 alone: every other digest would make the body wait for the thread.
 */
const manyBodies = 4
const encoder = new TextEncoder()

/** The thread, as one store knows it. */
export class FileDigests {
  readonly #setup: FileDigestsSetup
  /** Bodies whose digests the thread is computing. */
  #bodies = 0
  /** Milliseconds since 1970 until which the thread is taken for gone. */
  #goneUntil = 0

  constructor(setup: FileDigestsSetup) {
    this.#setup = setup
  }

  /** For a body that is about to be written; null while the thread is gone. `create` makes digests of the Worker's own. */
  start(create: (algorithm: ChecksumAlgorithm) => Digest): StoredDigests | null {
    if (Date.now() < this.#goneUntil) return null
    return new BodyDigests({
      ...this.#setup,
      create,
      isWanted: (algorithm) =>
        algorithm === 'MD5' || (this.#bodies >= manyBodies && digestBytes[algorithm] !== undefined),
      ask: (algorithms) => this.#ask(algorithms),
      whenGone: () => {
        this.#goneUntil = Date.now() + fileDigestRetryMilliseconds
        logFault('The thread for digests does not answer: the Worker computes them', {})
      },
    })
  }

  #ask(algorithms: readonly ChecksumAlgorithm[]): Asked {
    const { readable, writable } = new IdentityTransformStream()
    this.#bodies++
    const answer = answerOf(this.#setup.thread, algorithms, readable)
      .catch(() => null)
      .finally(() => this.#bodies--)
    return { lines: writable.getWriter(), answer }
  }
}

type Results = ReadonlyMap<ChecksumAlgorithm, Uint8Array>

interface Asked {
  lines: WritableStreamDefaultWriter<Uint8Array>
  /** Null when the thread does not answer, or not with these digests. */
  answer: Promise<Results | null>
}

interface BodySetup extends Pick<FileDigestsSetup, 'read'> {
  create: (algorithm: ChecksumAlgorithm) => Digest
  /** Whether the thread is to compute it. */
  isWanted: (algorithm: ChecksumAlgorithm) => boolean
  ask: (algorithms: readonly ChecksumAlgorithm[]) => Asked
  whenGone: () => void
}

class BodyDigests implements StoredDigests {
  readonly #setup: BodySetup
  readonly #extents: string[] = []
  #algorithms: ChecksumAlgorithm[] = []
  /** Begun with the first bytes: many a body is refused before. */
  #asked: Asked | null = null
  #results: Promise<Results> | null = null

  constructor(setup: BodySetup) {
    this.#setup = setup
  }

  begin(algorithms: Iterable<ChecksumAlgorithm>): ReadonlyMap<ChecksumAlgorithm, Digest> {
    this.#algorithms = [...algorithms].filter((algorithm) => this.#setup.isWanted(algorithm))
    return new Map(this.#algorithms.map((algorithm) => [algorithm, this.#digest(algorithm)]))
  }

  note(extent: string, bytes: number): void {
    this.#extents.push(extent)
    if (this.#algorithms.length === 0) return
    this.#asked ??= this.#setup.ask(this.#algorithms)
    this.#asked.lines.write(encoder.encode(`${extent} ${bytes}\n`)).catch(() => undefined)
  }

  abort(): void {
    this.#asked?.lines.abort().catch(() => undefined)
  }

  #digest(algorithm: ChecksumAlgorithm): Digest {
    return {
      update: () => undefined,
      finish: async () => {
        this.#results ??= this.#finish()
        const result = (await this.#results).get(algorithm)
        if (result === undefined) throw new Error(`There is no ${algorithm} of what is stored`)
        return result
      },
    }
  }

  async #finish(): Promise<Results> {
    this.#asked?.lines.close().catch(() => undefined)
    const tooLate = scheduler.wait(fileDigestMilliseconds).then(() => null)
    const answer = await Promise.race([this.#asked?.answer ?? null, tooLate])
    if (answer !== null) return answer
    this.#setup.whenGone()
    this.abort()
    return this.#readBack()
  }

  async #readBack(): Promise<Results> {
    const digests = this.#algorithms.map((algorithm) => this.#setup.create(algorithm))
    for (const extent of this.#extents) {
      for await (const piece of await this.#setup.read(extent)) {
        for (const digest of digests) await digest.update(piece)
      }
    }
    const values = await Promise.all(digests.map((digest) => digest.finish()))
    return new Map(this.#algorithms.map((algorithm, index) => [algorithm, values[index] ?? new Uint8Array()]))
  }
}

async function answerOf(
  thread: Fetcher,
  algorithms: readonly ChecksumAlgorithm[],
  lines: ReadableStream<Uint8Array>,
): Promise<Results | null> {
  const response = await thread.fetch(`http://file-digests/${algorithms.join(',')}`, { method: 'POST', body: lines })
  const answer = new Uint8Array(await response.arrayBuffer())
  const results = new Map<ChecksumAlgorithm, Uint8Array>()
  let at = 0
  for (const algorithm of algorithms) {
    const end = at + (digestBytes[algorithm] ?? 0)
    results.set(algorithm, answer.slice(at, end))
    at = end
  }
  return response.status === 200 && answer.length === at ? results : null
}
