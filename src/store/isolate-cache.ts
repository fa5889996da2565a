// Records of D1 remembered in one isolate for a bounded time.
import { absenceMilliseconds, cacheMilliseconds, cachedRecordsMax } from '../limits.ts'

interface Entry<V> {
  value: V | null
  /** When the load that brought it began. Milliseconds since 1970. */
  asked: number
  isRefreshing: boolean
}

/** In the last fifth of its time an entry is renewed by one request, while the others go on using it. */
const refreshShare = 0.8

/**
 * Values are at most `cacheMilliseconds` old, absences `absenceMilliseconds`. No promise is shared between requests:
 * workerd refuses to wait for another request's I/O.
 */
export class IsolateCache<V> {
  readonly #entries = new Map<string, Entry<V>>()
  readonly #clock: () => number
  /** Counts local changes: a load that began before one must not bring the old state back. */
  #changes = 0

  constructor(clock: () => number = () => Date.now()) {
    this.#clock = clock
  }

  /** The remembered value, or what `load` gives; `load` is told what was remembered until now, null for nothing. */
  async get(key: string, load: (known: V | null) => Promise<V | null>): Promise<V | null> {
    const now = this.#clock()
    const entry = this.#entries.get(key)
    const milliseconds = entry?.value === null ? absenceMilliseconds : cacheMilliseconds
    const isFresh = entry !== undefined && now - entry.asked < milliseconds
    if (isFresh && (entry.isRefreshing || now - entry.asked < milliseconds * refreshShare)) return entry.value
    if (entry !== undefined) entry.isRefreshing = true
    const changes = this.#changes
    try {
      const value = await load(entry?.value ?? null)
      if (changes === this.#changes) this.#remember(key, { value, asked: now, isRefreshing: false })
      return value
    } catch (error) {
      if (entry !== undefined) entry.isRefreshing = false
      if (isFresh) return entry.value
      throw error
    }
  }

  /** After a change made here: everything is asked for again. Changes are rare, so they are not told apart. */
  clear(): void {
    this.#changes++
    this.#entries.clear()
  }

  #remember(key: string, entry: Entry<V>): void {
    // The oldest stand first.
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    const [oldest] = this.#entries.keys()
    if (this.#entries.size > cachedRecordsMax && oldest !== undefined) this.#entries.delete(oldest)
  }
}
