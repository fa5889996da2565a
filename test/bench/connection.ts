// One keep-alive HTTP/1.1 connection that costs far less than the servers it loads: requests are ready-made bytes, and
// answers are read into one reused buffer, counted and dropped.
import { connect } from 'node:net'
import type { Socket } from 'node:net'

export interface Answer {
  status: number
  /** Body bytes received; a chunked body counts with its framing. */
  bytes: number
  /** Status line and headers. */
  head: string
  /** The body, where `keep` asked for it; a chunked one with its framing. */
  body: Buffer
}

/** A body of one piece sent several times needs no more memory than the piece. */
export interface Body {
  piece: Buffer
  times: number
}

export interface Sending {
  body?: Body
  /** Keeps the answer's body. */
  keep?: boolean
  /** The answer has a length and no body: HEAD. */
  bodiless?: boolean
}

interface Pending extends Sending {
  resolve(answer: Answer): void
  reject(error: Error): void
  sent: boolean
}

const headEnd = Buffer.from('\r\n\r\n')
/** The last chunk, without trailers: how a chunked answer of workerd ends. */
const lastChunk = Buffer.from('0\r\n\r\n')
const receiveBytes = 256 * 1024
const silenceMilliseconds = 60_000
/** workerd closes a connection that was idle for five seconds: such a one is not used again. */
const idleMillisecondsMax = 3_000

export class Connection {
  readonly #port: number
  #socket: Socket | null = null
  #lastUsed = 0
  #pending: Pending | null = null
  #head: Buffer = Buffer.alloc(0)
  #answer: Answer | null = null
  /** Body bytes still to come; null for a chunked body. */
  #left: number | null = 0
  #kept: Buffer[] = []
  /** The last bytes of a chunked body. */
  #tail: Buffer = Buffer.alloc(0)

  constructor(port: number) {
    this.#port = port
  }

  /** Sends one request and waits for its answer. Rejects when the connection ends before. One at a time. */
  async send(head: Buffer, sending: Sending = {}): Promise<Answer> {
    if (performance.now() - this.#lastUsed > idleMillisecondsMax) this.close()
    const socket = this.#socket ?? (await this.#open())
    return new Promise((resolve, reject) => {
      const pending = { ...sending, resolve, reject, sent: false }
      this.#pending = pending
      this.#answer = null
      this.#head = Buffer.alloc(0)
      this.#kept = []
      this.#tail = Buffer.alloc(0)
      socket.cork()
      socket.write(head)
      this.#sendBody(socket, pending, sending.body?.times ?? 0)
      process.nextTick(() => socket.uncork())
    })
  }

  close(): void {
    this.#socket?.destroy()
    this.#socket = null
  }

  #sendBody(socket: Socket, pending: Pending, times: number): void {
    for (let left = times; left > 0; left--) {
      if (this.#pending !== pending) return
      if (!socket.write(pending.body?.piece ?? '') && left > 1) {
        socket.once('drain', () => this.#sendBody(socket, pending, left - 1))
        return
      }
    }
    pending.sent = true
  }

  #open(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const callback = (size: number, buffer: Uint8Array) => {
        this.#receive(Buffer.from(buffer.buffer, buffer.byteOffset, size))
        return true
      }
      const onread = { buffer: Buffer.allocUnsafeSlow(receiveBytes), callback }
      const socket = connect({ host: '127.0.0.1', port: this.#port, noDelay: true, onread })
      socket.once('connect', () => {
        this.#socket = socket
        resolve(socket)
      })
      socket.setTimeout(silenceMilliseconds, () => socket.destroy(new Error('The server is silent')))
      socket.on('error', (error) => {
        this.#fail(socket, error)
        reject(error)
      })
      socket.on('close', () => this.#fail(socket, new Error('The server closed the connection')))
    })
  }

  #fail(socket: Socket, error: Error): void {
    if (this.#socket !== socket) return
    this.#socket = null
    const pending = this.#pending
    this.#pending = null
    pending?.reject(error)
  }

  #receive(bytes: Buffer): void {
    const rest = this.#answer === null ? this.#readHead(bytes) : bytes
    const answer = this.#answer
    if (answer === null || this.#pending === null) return
    answer.bytes += rest.length
    if (this.#pending.keep === true) this.#kept.push(Buffer.from(rest))
    if (this.#left !== null) {
      this.#left -= rest.length
      if (this.#left <= 0) this.#finish(answer)
      return
    }
    this.#tail = Buffer.concat([this.#tail, rest]).subarray(-lastChunk.length)
    if (this.#tail.equals(lastChunk)) this.#finish(answer)
  }

  /** Takes the head when it is complete; what follows it. */
  #readHead(bytes: Buffer): Buffer {
    const all = this.#head.length === 0 ? bytes : Buffer.concat([this.#head, bytes])
    const end = all.indexOf(headEnd)
    if (end < 0) {
      this.#head = Buffer.from(all)
      return all.subarray(all.length)
    }
    const head = all.latin1Slice(0, end)
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
    const chunked = /\r\ntransfer-encoding: *chunked/i.test(head)
    this.#answer = { status: Number(head.slice(9, 12)), bytes: 0, head, body: Buffer.alloc(0) }
    this.#left = this.#pending?.bodiless === true || !chunked ? Number(length ?? 0) : null
    if (this.#pending?.bodiless === true) this.#left = 0
    return all.subarray(end + headEnd.length)
  }

  #finish(answer: Answer): void {
    const pending = this.#pending
    this.#pending = null
    this.#lastUsed = performance.now()
    // Answered before all was sent: what is left would look like the next request.
    if (pending?.sent !== true || /\r\nconnection: *close/i.test(answer.head)) this.close()
    pending?.resolve({ ...answer, body: Buffer.concat(this.#kept) })
  }
}
