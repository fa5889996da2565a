// Signing keys of this isolate: deriving one takes longer than checking a request.
import { signingKeysMax } from '../limits.ts'
import type { Verifier } from './verifier.ts'

interface Entry {
  /** The secret the key was derived from: a rotated secret must not verify against the old key. */
  secret: string
  verifier: Verifier
}

/** A bounded cache of derived keys, least recently used out first. Holds no key beyond its own lifetime in memory. */
export class SigningKeys {
  readonly #entries = new Map<string, Entry>()
  readonly #max: number

  constructor(max: number = signingKeysMax) {
    this.#max = max
  }

  get size(): number {
    return this.#entries.size
  }

  /**
   * What `derive` gives, or gave for the same name and secret. The name says everything beside the secret that the key
   * depends on; a key's two secrets of a rotation want two names, or each would push the other out.
   */
  async get(name: string, secret: string, derive: () => Verifier | Promise<Verifier>): Promise<Verifier> {
    const cached = this.#entries.get(name)
    if (cached !== undefined && cached.secret === secret) {
      // A Map iterates in insertion order: putting an entry back makes it the youngest.
      this.#entries.delete(name)
      this.#entries.set(name, cached)
      return cached.verifier
    }
    const verifier = await derive()
    this.#entries.delete(name)
    this.#entries.set(name, { secret, verifier })
    if (this.#entries.size > this.#max) {
      const oldest = this.#entries.keys().next()
      if (oldest.done !== true) this.#entries.delete(oldest.value)
    }
    return verifier
  }
}
