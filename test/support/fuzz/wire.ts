// Sends bytes and reads what comes back, whatever it is: connections are kept and handed out again while both sides
// agree on where an answer ends.
import { connect } from 'node:net'
import type { Socket } from 'node:net'

export interface Answer {
  status: number
  /** Lower-case names; repeated fields joined by `, `. */
  headers: Map<string, string>
  body: Buffer
  /** As it came: status line, headers and body. */
  raw: Buffer
}

export type Outcome =
  | { kind: 'answered'; answer: Answer }
  /** Closed before a whole answer; `received` is what came. */
  | { kind: 'closed'; received: Buffer }
  | { kind: 'hung'; received: Buffer }

export interface Exchange {
  bytes: Buffer
  method: string
  /** The end of the request is unclear: a connection of its own, closed on our side when nothing comes. */
  isOdd: boolean
}

/** A request that is not answered in this time hangs. */
const deadlineMilliseconds = 20_000
/** An odd request gets no more bytes after this, so that the server sees its end. */
const patienceMilliseconds = 400

export class Wire {
  readonly #port: number
  readonly #idle: Socket[] = []

  constructor(port: number) {
    this.#port = port
  }

  async send({ bytes, method, isOdd }: Exchange): Promise<Outcome> {
    const kept = isOdd ? undefined : this.#idle.pop()
    for (const event of ['data', 'end', 'close']) kept?.removeAllListeners(event)
    const outcome = await this.#exchange(kept ?? this.#open(), { bytes, method, isOdd })
    // The server may have closed a kept connection just before.
    if (kept === undefined || outcome.kind !== 'closed' || outcome.received.length > 0) return outcome
    return this.#exchange(this.#open(), { bytes, method, isOdd })
  }

  close(): void {
    for (const socket of this.#idle.splice(0)) socket.destroy()
  }

  #open(): Socket {
    const socket = connect({ port: this.#port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    // A reset shows as a close.
    socket.on('error', () => undefined)
    return socket
  }

  #exchange(socket: Socket, { bytes, method, isOdd }: Exchange): Promise<Outcome> {
    return new Promise((resolve) => {
      const chunks: Buffer[] = []
      const finish = (outcome: Outcome, isKept: boolean) => {
        clearTimeout(deadline)
        clearTimeout(patience)
        socket.removeAllListeners('data').removeAllListeners('end').removeAllListeners('close')
        if (isKept) this.#keep(socket)
        else socket.destroy()
        resolve(outcome)
      }
      const read = (isEnd: boolean) => {
        const received = Buffer.concat(chunks)
        const answer = parseAnswer(received, method, isEnd)
        if (answer !== null) {
          const isKept = !isOdd && !isEnd && answer.headers.get('connection')?.toLowerCase() !== 'close'
          finish({ kind: 'answered', answer }, isKept && answer.raw.length === received.length)
        } else if (isEnd) finish({ kind: 'closed', received }, false)
      }
      const deadline = setTimeout(
        () => finish({ kind: 'hung', received: Buffer.concat(chunks) }, false),
        deadlineMilliseconds,
      )
      const patience = setTimeout(() => isOdd && socket.end(), patienceMilliseconds)
      socket.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        read(false)
      })
      socket.on('end', () => read(true))
      socket.on('close', () => read(true))
      socket.write(bytes)
    })
  }

  #keep(socket: Socket): void {
    const drop = () => {
      const at = this.#idle.indexOf(socket)
      if (at >= 0) this.#idle.splice(at, 1)
      socket.destroy()
    }
    // Bytes that nobody asked for make it useless.
    socket.once('data', drop).once('end', drop).once('close', drop)
    this.#idle.push(socket)
  }
}

/** The first whole answer after interim ones; null while there is none. */
export function parseAnswer(received: Buffer, method: string, isEnd: boolean): Answer | null {
  let start = 0
  for (;;) {
    const headEnd = received.indexOf('\r\n\r\n', start)
    if (headEnd < 0) return null
    const [statusLine = '', ...lines] = received.toString('latin1', start, headEnd).split('\r\n')
    const status = Number(/^HTTP\/1\.[01] (\d{3}) /.exec(`${statusLine} `)?.[1] ?? 0)
    const bodyStart = headEnd + 4
    if (status >= 100 && status < 200) {
      start = bodyStart
      continue
    }
    const headers = new Map<string, string>()
    for (const line of lines) {
      const colon = line.indexOf(':')
      const name = line.slice(0, colon).toLowerCase()
      const value = line.slice(colon + 1).trim()
      headers.set(name, headers.has(name) ? `${headers.get(name)}, ${value}` : value)
    }
    const isBodiless = method === 'HEAD' || status === 204 || status === 304
    const body = isBodiless ? { bytes: Buffer.alloc(0), end: bodyStart } : bodyOf(received, bodyStart, headers, isEnd)
    if (body === null) return null
    return { status, headers, body: body.bytes, raw: received.subarray(start, body.end) }
  }
}

// oxlint-disable-next-line max-params -- a position in a buffer
function bodyOf(
  received: Buffer,
  start: number,
  headers: Map<string, string>,
  isEnd: boolean,
): { bytes: Buffer; end: number } | null {
  if (headers.get('transfer-encoding')?.toLowerCase() === 'chunked') return chunkedBody(received, start)
  const length = headers.get('content-length')
  if (length === undefined) return isEnd ? { bytes: received.subarray(start), end: received.length } : null
  const end = start + Number(length)
  return received.length < end ? null : { bytes: received.subarray(start, end), end }
}

function chunkedBody(received: Buffer, start: number): { bytes: Buffer; end: number } | null {
  const chunks: Buffer[] = []
  let position = start
  for (;;) {
    const lineEnd = received.indexOf('\r\n', position)
    if (lineEnd < 0) return null
    const size = Number.parseInt(received.toString('latin1', position, lineEnd), 16)
    const end = lineEnd + 2 + size + 2
    if (received.length < end) return null
    chunks.push(received.subarray(lineEnd + 2, end - 2))
    position = end
    if (size === 0) return { bytes: Buffer.concat(chunks), end }
  }
}
