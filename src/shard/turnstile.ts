// Group commit within a shard: commands that arrive while the catalogue hears of earlier ones run together in the next
// turn. All of a turn is one implicit transaction of the Durable Object, and so one write to disk, and one statement.
// https://developers.cloudflare.com/durable-objects/best-practices/access-durable-objects-storage/ (write coalescing)

/** A statement that takes longer than this holds nobody back: the catalogue is slow, the shard is not. */
const HOLD_MILLISECONDS = 100

export class Turnstile {
  readonly #busy: () => Promise<void> | null
  #waiting: (() => void)[] = []
  #running = false

  /** `busy` resolves when the statement under way has ended; null when there is none. */
  constructor(busy: () => Promise<void> | null) {
    this.#busy = busy
  }

  /** Runs the command in the next turn, in order of arrival; at once when nothing is under way. */
  pass<Result>(command: () => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          resolve(command())
        } catch (error) {
          reject(error)
        }
      })
      if (this.#running) return
      this.#running = true
      // Behind the event under way: the keys of one DeleteObjects go through together.
      void Promise.resolve().then(() => this.#run())
    })
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const busy = this.#busy()
      if (busy !== null) await within(busy, HOLD_MILLISECONDS)
      const turn = this.#waiting
      this.#waiting = []
      for (const command of turn) command()
      // What the turn decided reaches the outbox in the microtasks behind it.
      await Promise.resolve()
      await Promise.resolve()
    }
    this.#running = false
  }
}

/** Resolves with the promise, or after so long. */
function within(busy: Promise<void>, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    // Taken back when it is not needed: a timer that goes off costs as much as a small request.
    const timer = setTimeout(resolve, milliseconds)
    void busy.then(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
