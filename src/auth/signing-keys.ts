// Signing keys of this isolate: deriving one takes longer than checking a request.
import { signingKeysMax } from '../limits.ts'
import { signingKey } from './sigv4.ts'
import type { CredentialScope } from './sigv4.ts'

interface Entry {
  /** The secret the key was derived from: a rotated secret must not verify against the old key. */
  secret: string
  key: CryptoKey
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

  /** The key of an access key's secret on a day, in a region, for a service. */
  async get(accessKeyId: string, secret: string, scope: CredentialScope): Promise<CryptoKey> {
    const name = `${accessKeyId}/${scope.date}/${scope.region}/${scope.service}`
    const cached = this.#entries.get(name)
    if (cached !== undefined && cached.secret === secret) {
      // A Map iterates in insertion order: putting an entry back makes it the youngest.
      this.#entries.delete(name)
      this.#entries.set(name, cached)
      return cached.key
    }
    const key = await signingKey(secret, scope)
    this.#entries.delete(name)
    this.#entries.set(name, { secret, key })
    if (this.#entries.size > this.#max) {
      const oldest = this.#entries.keys().next()
      if (oldest.done !== true) this.#entries.delete(oldest.value)
    }
    return key
  }
}
