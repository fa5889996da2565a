// Digests of what the disk service has written, for uploads: an HTTP server on a local socket, in a thread of its own.
// src/bulk/file-digests.ts is its client and says how they talk. It is an accelerator: without it the Worker computes them.
import { closeSync, openSync, readdirSync, readSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import path from 'node:path'
import { createDigest } from '../../src/kernels/digest.ts'
import type { Digest } from '../../src/kernels/digest.ts'
import type { ChecksumAlgorithm } from '../../src/kernels/checksum.ts'

/** As the files store names extents. */
const linePattern = /^([0-9a-z][0-9a-z-]{4,127}) (\d{1,15})$/
const lineBytesMax = 256
const algorithmPattern = '(MD5|CRC32C|CRC64NVME|SHA1|SHA256|SHA512)'
const pathPattern = new RegExp(`^/${algorithmPattern}(,${algorithmPattern})*$`)
const readBytes = 256 * 1024
/** Hashed of what a body has before others have their turn. Bodies that take turns all end late. */
const turnBytes = 64 * readBytes
/** A file that does not grow is looked at again after 1, 2, 4 … milliseconds. */
const idleMillisecondsMax = 64

/** Serves the digests of extents below `folder`. */
export function serveFileDigests(folder: string, socket: string): Promise<Server> {
  const server = createServer((request, response) => answer(folder, request, response))
  // The Worker keeps its connections; a body may take as long as its client does.
  server.keepAliveTimeout = 0
  server.requestTimeout = 0
  server.headersTimeout = 0
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(socket, () => resolve(server))
  })
}

function answer(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const { url = '' } = request
  if (!pathPattern.test(url)) {
    response.writeHead(404, { 'content-length': 0 }).end()
    return
  }
  const algorithms = url.slice(1).split(',') as ChecksumAlgorithm[]
  const digest = new FilesDigest(folder, algorithms.map(createDigest))
  let line = ''
  request.setEncoding('latin1')
  request.on('data', (text: string) => {
    const lines = (line + text).split('\n')
    line = lines.pop() ?? ''
    if (line.length > lineBytesMax || !lines.every((each) => digest.note(each))) request.destroy()
  })
  request.on('end', async () => {
    const result = await digest.finish()
    response.writeHead(result === null ? 409 : 200, { 'content-length': result?.length ?? 0 })
    response.end(result ?? undefined)
  })
  response.on('close', () => digest.close())
  // A client that goes away needs no answer.
  request.on('error', () => undefined)
  response.on('error', () => undefined)
}

/** Digests of files one after the other, which may still grow and have their temporary names. */
class FilesDigest {
  readonly #folder: string
  readonly #digests: readonly Digest[]
  readonly #buffer = Buffer.allocUnsafe(readBytes)
  /** The extents to read, first the one in hand. */
  readonly #extents: { name: string; bytes: number }[] = []
  #file: number | null = null
  #position = 0
  #reading: Promise<void> | null = null
  #waiting: { wake: () => void; timer: NodeJS.Timeout } | null = null
  #isWritten = false
  #closed = false

  constructor(folder: string, digests: readonly Digest[]) {
    this.#folder = folder
    this.#digests = digests
  }

  /** Takes a line; false when it is none. */
  note(line: string): boolean {
    const [, name, bytes] = linePattern.exec(line) ?? []
    if (name === undefined) return false
    this.#extents.push({ name, bytes: Number(bytes) })
    this.#reading ??= this.#read().catch(() => this.close())
    this.#wake()
    return true
  }

  /** The digests one after the other, now that all is written; null when a file is not there or is shorter than was said. */
  async finish(): Promise<Buffer | null> {
    this.#isWritten = true
    this.#wake()
    await this.#reading
    const isWhole = !this.#closed && this.#reading !== null && this.#extents.length === 0
    this.close()
    return isWhole ? Buffer.concat(await Promise.all(this.#digests.map((each) => each.finish()))) : null
  }

  /** Stops reading. */
  close(): void {
    this.#closed = true
    this.#wake()
    this.#closeFile()
  }

  async #read(): Promise<void> {
    let idle = 0
    for (let turn = 0; !this.#closed; turn += readBytes) {
      if (turn >= turnBytes) {
        await new Promise((resolve) => setImmediate(resolve))
        turn = 0
      }
      if (await this.#step()) idle = 0
      else if (this.#isWritten) return
      else await this.#wait(Math.min(2 ** idle++, idleMillisecondsMax))
    }
  }

  /** Hashes the next bytes; false when there are none yet. */
  async #step(): Promise<boolean> {
    const extent = this.#extents[0]
    if (extent === undefined) return false
    this.#file ??= open(path.join(this.#folder, extent.name.slice(0, 2), extent.name.slice(2, 4)), extent.name)
    if (this.#file === null) return false
    const wanted = Math.min(readBytes, extent.bytes - this.#position)
    const count = readSync(this.#file, this.#buffer, 0, wanted, this.#position)
    const piece = this.#buffer.subarray(0, count)
    for (const digest of this.#digests) await digest.update(piece)
    this.#position += count
    if (this.#position === extent.bytes) {
      this.#closeFile()
      this.#extents.shift()
      this.#position = 0
    }
    return count > 0
  }

  #wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting = null
        resolve()
      }
      this.#waiting = { wake, timer: setTimeout(wake, milliseconds) }
    })
  }

  #wake(): void {
    if (this.#waiting === null) return
    clearTimeout(this.#waiting.timer)
    this.#waiting.wake()
  }

  #closeFile(): void {
    if (this.#file !== null) closeSync(this.#file)
    this.#file = null
  }
}

/** The file of an extent, or what the disk service is writing it to: `.{name}.….tmp` beside it. Null: neither is there. */
function open(folder: string, name: string): number | null {
  try {
    return openSync(path.join(folder, name), 'r')
  } catch {
    return openGrowing(folder, name)
  }
}

function openGrowing(folder: string, name: string): number | null {
  try {
    const growing = readdirSync(folder).find((each) => each.startsWith(`.${name}.`))
    // Between the two it may have got its name; the next line looks again.
    return growing === undefined ? null : openSync(path.join(folder, growing), 'r')
  } catch {
    return null
  }
}
