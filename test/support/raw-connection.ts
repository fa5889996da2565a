// One TCP connection to a server, byte by byte: for what HTTP clients cannot send, or hide when it comes back.
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'

export interface RawAnswer {
  /** Statuses of the interim answers before it: `[100]`. */
  interim: number[]
  status: number
  headers: Headers
  /** Decoded when it came chunked. */
  body: Buffer
}

export interface RawConnection {
  /** Resolves when the bytes have left; to false when the server closed before that. */
  send(bytes: string | Uint8Array): Promise<boolean>
  /** The same in TCP writes of `size` bytes. */
  sendInPieces(bytes: string | Uint8Array, size: number): Promise<boolean>
  /** The next final answer. Rejects when the connection ends, or ten seconds pass, without one. */
  answer(method?: string): Promise<RawAnswer>
  /** Resolves when so many interim answers have come; rejects as `answer` does, and when a final one comes first. */
  interim(count: number): Promise<void>
  /** Whether the server has closed its side. */
  isClosed(): boolean
  close(): void
}

const answerMilliseconds = 10_000

export async function connectRaw(port: number): Promise<RawConnection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const state = { received: Buffer.alloc(0), ended: false, failure: '' }
  const watchers = new Set<() => void>()
  const wake = () => {
    for (const watcher of watchers) watcher()
  }
  socket.on('data', (chunk) => {
    state.received = Buffer.concat([state.received, chunk])
    wake()
  })
  socket.on('end', () => {
    state.ended = true
    wake()
  })
  socket.on('error', (error) => {
    state.ended = true
    state.failure = error.message
    wake()
  })
  socket.on('close', () => {
    state.ended = true
    wake()
  })
  await new Promise((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })

  function waitFor<T>(look: () => T | null): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (result: T | Error) => {
        clearTimeout(timer)
        watchers.delete(watcher)
        if (result instanceof Error) reject(result)
        else resolve(result)
      }
      const timer = setTimeout(
        () => settle(new Error(`No answer in time; got ${shown(state.received)}`)),
        answerMilliseconds,
      )
      const watcher = () => {
        const found = look()
        if (found !== null) settle(found)
        else if (state.ended)
          settle(new Error(`The connection ended (${state.failure}) after ${shown(state.received)}`))
      }
      watchers.add(watcher)
      watcher()
    })
  }

  return {
    send: (bytes) => write(socket, bytes),
    async sendInPieces(bytes, size) {
      const all = Buffer.from(bytes)
      for (let offset = 0; offset < all.length; offset += size) {
        if (!(await write(socket, all.subarray(offset, offset + size)))) return false
        // So that the pieces do not leave as one.
        await nextTurn()
      }
      return true
    },
    async answer(method = 'GET') {
      const { answer, length } = await waitFor(() => parseAnswer(state.received, { method, ended: state.ended }))
      state.received = state.received.subarray(length)
      return answer
    },
    async interim(count) {
      await waitFor(() => {
        const statuses = leadingStatuses(state.received)
        const ofFinal = statuses.find((status) => status >= 200)
        if (ofFinal !== undefined) throw new Error(`A final answer came: ${ofFinal}`)
        return statuses.length >= count ? true : null
      })
    },
    isClosed: () => state.ended,
    close: () => socket.destroy(),
  }
}

/** The beginning of what came, for a message. */
function shown(bytes: Buffer): string {
  return JSON.stringify(bytes.toString('latin1').slice(0, 500))
}

function write(socket: Socket, bytes: string | Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    if (socket.destroyed || !socket.writable) return resolve(false)
    socket.write(bytes, (error) => resolve(error === undefined || error === null))
  })
}

interface Head {
  status: number
  headers: Headers
  /** Bytes up to and with the empty line. */
  length: number
}

function parseHead(bytes: Buffer): Head | null {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return null
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1])
  const headers = new Headers(
    lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  )
  return { status, headers, length: end + 4 }
}

function leadingStatuses(bytes: Buffer): number[] {
  const statuses: number[] = []
  for (let rest = bytes, head = parseHead(rest); head !== null; head = parseHead(rest)) {
    statuses.push(head.status)
    if (head.status >= 200) break
    rest = rest.subarray(head.length)
  }
  return statuses
}

function parseAnswer(
  bytes: Buffer,
  { method, ended }: { method: string; ended: boolean },
): { answer: RawAnswer; length: number } | null {
  const interim: number[] = []
  let offset = 0
  for (;;) {
    const head = parseHead(bytes.subarray(offset))
    if (head === null) return null
    offset += head.length
    if (head.status < 200) {
      interim.push(head.status)
      continue
    }
    const body = parseBody(bytes.subarray(offset), head, { method, ended })
    if (body === null) return null
    const { status, headers } = head
    return { answer: { interim, status, headers, body: body.bytes }, length: offset + body.length }
  }
}

function parseBody(
  bytes: Buffer,
  { status, headers }: Head,
  { method, ended }: { method: string; ended: boolean },
): { bytes: Buffer; length: number } | null {
  if (method === 'HEAD' || status === 204 || status === 304) return { bytes: Buffer.alloc(0), length: 0 }
  if (headers.get('transfer-encoding') === 'chunked') return parseChunks(bytes)
  const told = headers.get('content-length')
  if (told === null) return ended ? { bytes, length: bytes.length } : null
  const length = Number(told)
  return bytes.length < length ? null : { bytes: bytes.subarray(0, length), length }
}

function parseChunks(bytes: Buffer): { bytes: Buffer; length: number } | null {
  const chunks: Buffer[] = []
  let offset = 0
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', offset)
    if (lineEnd < 0) return null
    const size = Number.parseInt(bytes.subarray(offset, lineEnd).toString('latin1'), 16)
    const start = lineEnd + 2
    if (bytes.length < start + size + 2) return null
    chunks.push(bytes.subarray(start, start + size))
    offset = start + size + 2
    if (size === 0) return { bytes: Buffer.concat(chunks), length: offset }
  }
}
