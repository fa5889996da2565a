// Lines: how the Worker reaches a Durable Object that lives in its own isolate, as all of a machine's do, without RPC.
// A call is put into a queue that both see; the object takes it out in its own context and settles the caller's promise.
// workerd runs what follows a promise in the context that made it, whoever settles it
// (https://developers.cloudflare.com/workers/configuration/compatibility-flags/#handling-of-cross-request-promise-resolution).
// What RPC promises is kept: an answer is given when what it says is on disk, and a caller learns of an object's end.
// infra/decisions/0006-lines.md has the measurements and what this rests on.

/** A method of an object that is called by line: its arguments are handed over, not copied. */
export interface Call {
  method: string
  args: unknown[]
  resolve(value: unknown): void
  reject(reason: unknown): void
}

/** An object by the names of its methods. */
export type Methods = Record<string, (...args: unknown[]) => unknown>

/** After so long without an answer a caller looks whether the object is still the one it called. */
const LOOK_MILLISECONDS = 1_000

export class Line {
  /** The id of the object that answers it, which another one of the same name does not have. */
  readonly object: string
  /** Calls taken and not settled yet. */
  open = 0
  /** Calls came since this was last set to false. */
  isUsed = false
  /** Nothing is answered any more. */
  hasEnded = false
  #queue: Call[] = []
  /** When it last got its first call or gave an answer: milliseconds since 1970. */
  #since = 0
  #wake: (() => void) | null = null

  constructor(object: string) {
    this.object = object
  }

  push(call: Call): void {
    if (this.open++ === 0) this.#since = Date.now()
    this.isUsed = true
    this.#queue.push(call)
    this.#wakeUp()
  }

  /** A call was answered. */
  settled(): void {
    this.open--
    this.#since = Date.now()
  }

  /** Calls have been waiting for long, and none was answered meanwhile. */
  get isSuspect(): boolean {
    return this.open > 0 && Date.now() - this.#since > LOOK_MILLISECONDS
  }

  end(): void {
    this.hasEnded = true
    this.#wakeUp()
  }

  /** Calls that wait, once there are any; none at the end. To be awaited by one reader at a time. */
  async next(): Promise<Call[]> {
    if (this.#queue.length === 0) {
      // Not `new Promise`: optimised code makes that one without the mark of its context.
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wake = resolve
      await promise
    }
    return this.taken()
  }

  /** Calls that wait. */
  taken(): Call[] {
    const calls = this.#queue
    this.#queue = []
    return calls
  }

  #wakeUp(): void {
    const wake = this.#wake
    this.#wake = null
    wake?.()
  }
}

/** The lines of this isolate's objects, by class and name. */
const lines = new Map<string, Line>()

export function lineName(className: string, name: string): string {
  return `${className} ${name}`
}

/** From now on calls go to this line. */
export function openLine(name: string, line: Line): void {
  lines.set(name, line)
}

/** No call goes to this line any more. */
export function closeLine(name: string, line: Line): void {
  if (lines.get(name) === line) lines.delete(name)
}

/** What an object with a line answers by RPC. */
export interface Reachable {
  /** Opens the line; resolves once calls can go to it. */
  reach(): Promise<void>
  /** Its id, which is its lines' `object`. */
  answering(): Promise<string>
}

export interface LineCall {
  method: string
  args: unknown[]
  /** Looks after the object while the answer is out. Without it, only later calls do: for callers with a time limit. */
  watched: boolean
}

/** Calls a method of the object of this name. `stub` gives its stub. Rejects as the method does. */
export async function callByLine(name: string, stub: () => Reachable, call: LineCall): Promise<unknown> {
  const { method, args, watched } = call
  let line = lines.get(name)
  if (line?.isSuspect === true) {
    await isAlive(name, line, stub)
    line = lines.get(name)
  }
  if (line === undefined) {
    await stub().reach()
    line = lines.get(name)
    if (line === undefined) throw new Error(`The Durable Object ${name} is not in this isolate`)
  }
  // Nothing is awaited from here on: a line in the list has not ended, but may end in the next turn.
  const { promise, resolve, reject } = Promise.withResolvers()
  line.push({ method, args, resolve, reject })
  return watched ? watch(promise, () => look(name, line, { stub, reject })) : promise
}

/**
 * The promise, with a look at the object now and then. What waits for the next look also tells the runtime that the
 * request is not stuck; it ends with the request: taking a timer back would cost as much as making it.
 */
async function watch(promise: Promise<unknown>, lookAfter: () => Promise<void>): Promise<unknown> {
  const state = { settled: false }
  void lookNowAndThen(state, lookAfter)
  try {
    return await promise
  } finally {
    state.settled = true
  }
}

async function lookNowAndThen(state: { readonly settled: boolean }, lookAfter: () => Promise<void>): Promise<void> {
  for (;;) {
    await scheduler.wait(LOOK_MILLISECONDS)
    if (state.settled) return
    await lookAfter()
  }
}

async function look(
  name: string,
  line: Line,
  { stub, reject }: { stub: () => Reachable; reject: (reason: unknown) => void },
): Promise<void> {
  let cause: unknown = null
  if (await isAlive(name, line, stub, (error) => (cause = error))) return
  reject(new Error(`The Durable Object ${name} ended while it was called`, { cause }))
}

/**
 * Whether the object that answers this line is still there: an object answers what it took by a line, whatever line it has
 * now. If not, nobody calls by it any more. `failed`: told why the object cannot be asked.
 */
async function isAlive(
  name: string,
  line: Line,
  stub: () => Reachable,
  failed: (error: unknown) => void = () => undefined,
): Promise<boolean> {
  const answering = await stub()
    .answering()
    .catch((error: unknown) => {
      failed(error)
      return null
    })
  if (answering === line.object) return true
  closeLine(name, line)
  return false
}
