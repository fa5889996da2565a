// The thread that computes digests of files: over its socket, as the Worker asks it.
import { createHash } from 'node:crypto'
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import type { ClientRequest, IncomingMessage, Server } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveFileDigests } from '../../infra/embedded/file-digests.ts'
import { digestOnce } from '../../src/kernels/digest.ts'
import { randomBytes } from '../contract/bulk-harness.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'edgeshard-digests-'))
const socket = path.join(folder, 'digests.sock')
let server: Server
beforeAll(async () => {
  server = await serveFileDigests(folder, socket)
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
  rmSync(folder, { recursive: true, force: true })
})

function place(name: string): string {
  const parent = path.join(folder, name.slice(0, 2), name.slice(2, 4))
  mkdirSync(parent, { recursive: true })
  return parent
}

function store(name: string, bytes: Uint8Array): void {
  writeFileSync(path.join(place(name), name), bytes)
}

interface Asked {
  lines: ClientRequest
  answer: Promise<{ status: number; digest: string }>
}

function ask(algorithms = 'MD5'): Asked {
  const lines = request({ socketPath: socket, path: `/${algorithms}`, method: 'POST' })
  const answer = new Promise<{ status: number; digest: string }>((resolve, reject) => {
    lines.on('error', reject)
    lines.on('response', (response: IncomingMessage) => {
      const pieces: Uint8Array[] = []
      response.on('data', (piece: Uint8Array) => pieces.push(piece))
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, digest: Buffer.concat(pieces).toString('hex') })
      })
    })
  })
  return { lines, answer }
}

function digestOf(...files: { name: string; bytes: number }[]): Asked['answer'] {
  return digestsOf('MD5', ...files)
}

function digestsOf(algorithms: string, ...files: { name: string; bytes: number }[]): Asked['answer'] {
  const { lines, answer } = ask(algorithms)
  lines.end(files.map(({ name, bytes }) => `${name} ${bytes}\n`).join(''))
  return answer
}

const md5 = (...pieces: Uint8Array[]) => createHash('md5').update(Buffer.concat(pieces)).digest('hex')

describe('serveFileDigests()', () => {
  it('digests a file, and several one after the other', async () => {
    const first = randomBytes(3_000_001, 1)
    const second = randomBytes(1, 2)
    store('aaaa-1', first)
    store('aabb-2', second)
    expect(await digestOf({ name: 'aaaa-1', bytes: first.length })).toEqual({ status: 200, digest: md5(first) })
    const both = [first, second].map((bytes, index) => ({
      name: index === 0 ? 'aaaa-1' : 'aabb-2',
      bytes: bytes.length,
    }))
    expect(await digestOf(...both)).toEqual({ status: 200, digest: md5(first, second) })
    expect(await digestOf(...both.toReversed())).toEqual({ status: 200, digest: md5(second, first) })
  })

  it('computes every digest it is asked for in one pass, in that order', async () => {
    const bytes = randomBytes(700_001, 9)
    store('aacc-3', bytes)
    const algorithms = ['CRC64NVME', 'SHA256', 'MD5', 'SHA1', 'CRC32C', 'SHA512'] as const
    const expected = await Promise.all(algorithms.map((algorithm) => digestOnce(algorithm, bytes)))
    const answer = await digestsOf(algorithms.join(','), { name: 'aacc-3', bytes: bytes.length })
    expect(answer).toEqual({ status: 200, digest: Buffer.concat(expected).toString('hex') })
  })

  it.each(['', 'MD4', 'MD5;SHA1', 'MD5,', ',MD5', 'md5'])(
    'answers 404 to algorithms that are %j',
    async (algorithms) => {
      expect(await digestsOf(algorithms, { name: 'aaaa-1', bytes: 1 })).toEqual({ status: 404, digest: '' })
    },
  )

  it('follows a file that is written while it is read, and gets its name at the end', async () => {
    const bytes = randomBytes(2_000_000, 3)
    const name = 'ccdd-growing'
    const growing = path.join(place(name), `.${name}.17.1.tmp`)
    const { lines, answer } = ask()
    lines.write(`${name} ${bytes.length}\n`)
    for (let at = 0; at < bytes.length; at += 400_000) {
      await sleep(10)
      appendFileSync(growing, bytes.subarray(at, at + 400_000))
    }
    renameSync(growing, path.join(place(name), name))
    lines.end()
    expect(await answer).toEqual({ status: 200, digest: md5(bytes) })
  })

  it('answers 409 for a file that is not there, or shorter than was said', async () => {
    store('eeee-short', randomBytes(1000, 4))
    expect(await digestOf({ name: 'eeff-missing', bytes: 10 })).toEqual({ status: 409, digest: '' })
    expect(await digestOf({ name: 'eeee-short', bytes: 1001 })).toEqual({ status: 409, digest: '' })
    expect(await digestOf()).toEqual({ status: 409, digest: '' })
  })

  it.each(['../../etc/passwd 10\n', 'AAAA-1 10\n', 'aaaa-1\n', 'aaaa-1 ten\n', 'x'.repeat(300)])(
    'ends the connection of %j',
    async (line) => {
      const { lines, answer } = ask()
      lines.end(line)
      await expect(answer).rejects.toThrow()
    },
  )

  it('serves others while a body does not come, and forgets one whose client went away', async () => {
    const waiting = ask()
    waiting.lines.write('ffff-never 10\n')
    await sleep(20)
    store('ffaa-other', randomBytes(500, 5))
    expect((await digestOf({ name: 'ffaa-other', bytes: 500 })).status).toBe(200)
    waiting.lines.destroy()
    await expect(waiting.answer).rejects.toThrow()
    expect((await digestOf({ name: 'ffaa-other', bytes: 500 })).status).toBe(200)
  })
})
