// Group commit within a shard: commands that arrive while the catalogue hears of earlier ones run together in the next
// turn. All of a turn is one implicit transaction of the Durable Object, and so one write to disk, and one statement.
// https://developers.cloudflare.com/durable-objects/best-practices/access-durable-objects-storage/ (write coalescing)

/** A statement that takes longer than this holds nobody back: the catalogue is slow, the shard is not. */
const HOLD_MILLISECONDS = 100

export class Turnstile {
  readonly #busy: () => Promise<void>
  #waiting: (() => void)[] = []
  #running = false

  /** `busy` resolves when the statement under way, if any, has ended. */
  constructor(busy: () => Promise<void>) {
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
      const turn = this.#waiting
      this.#waiting = []
      for (const command of turn) command()
      // What the turn decided reaches the outbox in the microtasks behind it.
      await Promise.resolve()
      await Promise.race([this.#busy(), scheduler.wait(HOLD_MILLISECONDS)])
    }
    this.#running = false
  }
}
