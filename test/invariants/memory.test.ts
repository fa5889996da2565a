// I8: one isolate serves 32 concurrent 64 MiB transfers within 128 MB; nothing holds a whole body.
// What counts is workerd's own memory (RssAnon): its code and the page cache are not the isolate's. Linux only.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { callsOf } from '../support/object-calls.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { signRequest } from '../support/sign-request.ts'

const MiB = 1024 * 1024
const transfers = 32
const bodyBytes = 64 * MiB
/** How far each goes before it is measured and then left; EDGESHARD_TEST_MIB asks for more, up to 64. */
const movedBytes = Number(process.env['EDGESHARD_TEST_MIB'] ?? 8) * MiB
const growthMax = 128 * 1000 * 1000

const chunk = randomBytes(256 * 1024)
let server: TestServer
let idle: number

// A server for each direction: what one leaves to the garbage collector is not the other's.
beforeEach(async () => {
  server = await startServer({ environment: { EDGESHARD_LOG: 'off' } })
  const calls = callsOf(server, 'memory')
  await calls.send('PUT', '')
  // One of each kind first, so that code is compiled and caches are there.
  const { head } = await signRequest(server, put('object'))
  const socket = await opened()
  socket.write(head)
  for (let sent = 0; sent < bodyBytes; sent += chunk.byteLength) await write(socket, chunk)
  await once(socket, 'data')
  socket.destroy()
  expect((await (await calls.get('object')).arrayBuffer()).byteLength).toBe(bodyBytes)
  await sleep(500)
  idle = anonymousBytes()
})

afterEach(async () => {
  await server.stop()
})

function put(key: string) {
  return { method: 'PUT', path: `/memory/${key}`, headers: { 'content-length': String(bodyBytes) } }
}

async function opened(): Promise<Socket> {
  const socket = connect(server.port, '127.0.0.1')
  // A transfer that is left is cut off.
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

/** Resolves when the bytes are on their way. */
async function write(socket: Socket, bytes: Uint8Array): Promise<void> {
  if (!socket.write(bytes)) await once(socket, 'drain')
}

/** Bytes of memory of workerd's own, all isolates together. */
function anonymousBytes(): number {
  const status = readFileSync(`/proc/${server.workerdPid()}/status`, 'utf8')
  return Number(/^RssAnon:\s*(\d+) kB$/m.exec(status)?.[1]) * 1024
}

/** The most that memory grew over idle while `work` ran, looked at often. */
async function growthDuring(work: Promise<unknown>): Promise<number> {
  const progress = { done: false }
  const end = work.finally(() => {
    progress.done = true
  })
  let most = 0
  while (!progress.done) {
    most = Math.max(most, anonymousBytes() - idle)
    await sleep(20)
  }
  await end
  return most
}

describe.skipIf(process.platform !== 'linux')(`${transfers} transfers of 64 MiB at once`, () => {
  it('as uploads fit into 128 MB', { timeout: 120_000 }, async () => {
    const sockets = await Promise.all(
      Array.from({ length: transfers }, async (_, index) => {
        const { head } = await signRequest(server, put(`upload-${index}`))
        const socket = await opened()
        socket.write(head)
        return socket
      }),
    )
    const growth = await growthDuring(
      Promise.all(
        sockets.map(async (socket) => {
          for (let sent = 0; sent < movedBytes; sent += chunk.byteLength) await write(socket, chunk)
        }),
      ).then(() => sleep(300)),
    )
    for (const socket of sockets) socket.destroy()
    expect(growth).toBeLessThan(growthMax)
  })

  it('as downloads to slow clients fit into 128 MB', { timeout: 120_000 }, async () => {
    const received: number[] = []
    const sockets = await Promise.all(
      Array.from({ length: transfers }, async (_, index) => {
        const { head } = await signRequest(server, { method: 'GET', path: '/memory/object' })
        const socket = await opened()
        received[index] = 0
        socket.on('data', (bytes) => {
          received[index] = (received[index] ?? 0) + bytes.byteLength
          socket.pause()
          // Each takes a little at a time: all of them are open at once, and the server waits for all.
          if ((received[index] ?? 0) < movedBytes) setTimeout(() => socket.resume(), 5)
        })
        socket.write(head)
        return socket
      }),
    )
    const growth = await growthDuring(
      (async () => {
        const deadline = Date.now() + 30_000
        while (Date.now() < deadline && received.some((bytes) => bytes < movedBytes)) await sleep(50)
        await sleep(300)
      })(),
    )
    expect(Math.min(...received)).toBeGreaterThan(MiB)
    for (const socket of sockets) socket.destroy()
    expect(growth).toBeLessThan(growthMax)
  })
})
