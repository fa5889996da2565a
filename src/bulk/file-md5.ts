// MD5 of a body whose extents become files, computed by another thread of this machine from the files themselves.
// MD5 cannot be split, and is most of what the bytes of an upload cost: on a second core it is nothing. The thread
// (infra/embedded/file-digests.ts) reads what the disk service has written, while more is written.
//
// One request for each body: its own body is a line `<extent> <bytes>` for each extent that is begun, and ends when all of
// them are complete files. The answer is the MD5, 16 bytes.
import { createHash } from 'node:crypto'
import type { Digest } from '../kernels/digest.ts'
import { fileDigestMilliseconds, fileDigestRetryMilliseconds } from '../limits.ts'
import { logFault } from '../log.ts'

/** A digest of the extents of one body. `update` does nothing; `finish` comes after the last extent was closed. */
export interface StoredDigest extends Digest {
  /** The next bytes of the body go to this extent, so many of them. */
  note(extent: string, bytes: number): void
  /** Nobody will ask for the digest. Never throws. */
  abort(): void
}

export interface FileMd5Setup {
  /** Answers as the head of this file says. */
  thread: Fetcher
  /** The bytes of an extent, for when the thread does not answer. */
  read: (extent: string) => Promise<ReadableStream<Uint8Array>>
}

const md5Bytes = 16
const encoder = new TextEncoder()

/** The thread, as one store knows it. */
export class FileDigests {
  readonly #setup: FileMd5Setup
  /** Milliseconds since 1970 until which the thread is taken for gone. */
  #goneUntil = 0

  constructor(setup: FileMd5Setup) {
    this.#setup = setup
  }

  /** The digest of a body that is about to be written; null while the thread is gone. */
  startMd5(): StoredDigest | null {
    if (Date.now() < this.#goneUntil) return null
    return new FileMd5(this.#setup, () => {
      this.#goneUntil = Date.now() + fileDigestRetryMilliseconds
      logFault('The thread for MD5 does not answer: the Worker computes it', {})
    })
  }
}

class FileMd5 implements StoredDigest {
  readonly #setup: FileMd5Setup
  readonly #whenGone: () => void
  readonly #extents: string[] = []
  /** Begun with the first bytes: many a body is refused before. */
  #asked: { lines: WritableStreamDefaultWriter<Uint8Array>; answer: Promise<Uint8Array | null> } | null = null

  constructor(setup: FileMd5Setup, whenGone: () => void) {
    this.#setup = setup
    this.#whenGone = whenGone
  }

  update(): void {}

  note(extent: string, bytes: number): void {
    this.#extents.push(extent)
    this.#asked ??= ask(this.#setup.thread)
    this.#asked.lines.write(encoder.encode(`${extent} ${bytes}\n`)).catch(() => undefined)
  }

  abort(): void {
    this.#asked?.lines.abort().catch(() => undefined)
  }

  async finish(): Promise<Uint8Array> {
    this.#asked?.lines.close().catch(() => undefined)
    const tooLate = scheduler.wait(fileDigestMilliseconds).then(() => null)
    const answer = await Promise.race([this.#asked?.answer ?? null, tooLate])
    if (answer !== null) return answer
    this.#whenGone()
    this.abort()
    return this.#readBack()
  }

  async #readBack(): Promise<Uint8Array> {
    const hash = createHash('md5')
    for (const extent of this.#extents) {
      for await (const piece of await this.#setup.read(extent)) hash.update(piece)
    }
    return new Uint8Array(hash.digest())
  }
}

/** `answer` is null when the thread does not answer, or not with a digest. */
function ask(thread: Fetcher): { lines: WritableStreamDefaultWriter<Uint8Array>; answer: Promise<Uint8Array | null> } {
  const { readable, writable } = new IdentityTransformStream()
  return { lines: writable.getWriter(), answer: answerOf(thread, readable).catch(() => null) }
}

async function answerOf(thread: Fetcher, lines: ReadableStream<Uint8Array>): Promise<Uint8Array | null> {
  const response = await thread.fetch('http://file-digests/md5', { method: 'POST', body: lines })
  const answer = new Uint8Array(await response.arrayBuffer())
  return response.status === 200 && answer.length === md5Bytes ? answer : null
}
