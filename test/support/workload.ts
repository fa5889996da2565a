// A writer with keys of its own, which remembers what was acknowledged and holds the server to it. Several of them make
// a mixed load; a request that fails without an answer leaves two possibilities, which the next look decides.
import { createHash, randomBytes } from 'node:crypto'
import type { BucketCalls } from './object-calls.ts'

const KiB = 1024

interface KeyState {
  calls: BucketCalls
  key: string
  versioned: boolean
  /** Hashes a GET may give; null for no object. The first was acknowledged, the others were not answered. */
  possible: (string | null)[]
  /** Acknowledged versions that nobody deleted: id → hash. */
  versions: Map<string, string>
  /** Ids whose deletion was acknowledged. */
  deleted: Set<string>
}

export interface WriterOptions {
  name: string
  /** Buckets the writer writes to; `versioned` where versioning is enabled. */
  buckets: { calls: BucketCalls; versioned: boolean }[]
  keysPerBucket: number
  /** A repeatable source of whole numbers below its argument. */
  random: (limit: number) => number
}

export class Writer {
  readonly problems: string[] = []
  acknowledged = 0
  unanswered = 0
  readonly #keys: KeyState[]
  readonly #random: (limit: number) => number

  constructor({ name, buckets, keysPerBucket, random }: WriterOptions) {
    this.#random = random
    this.#keys = buckets.flatMap(({ calls, versioned }) =>
      Array.from({ length: keysPerBucket }, (_, index) => ({
        calls,
        versioned,
        key: `${name}/${index}`,
        possible: [null],
        versions: new Map<string, string>(),
        deleted: new Set<string>(),
      })),
    )
  }

  /** One operation after the other until `stopped` says so. */
  async run(stopped: () => boolean): Promise<void> {
    while (!stopped()) await this.step()
  }

  /** One random operation on a random key. */
  async step(): Promise<void> {
    const state = this.#pick()
    const choice = this.#random(100)
    if (choice < 35) await this.#put(state, this.#random(60 * KiB))
    else if (choice < 55) await this.#put(state, 260 * KiB + this.#random(1500 * KiB))
    else if (choice < 65) await this.#multipart(state)
    else if (choice < 70) await this.#abandon(state)
    else if (choice < 80) await this.#copy(this.#pick(), state)
    else if (choice < 93 || !state.versioned) await this.#delete(state)
    else await this.#deleteVersion(state)
  }

  /** Holds every key, version and listing against what was acknowledged. Nothing may be in flight. */
  async verify(): Promise<void> {
    for (const calls of new Set(this.#keys.map((state) => state.calls))) await this.#verifyListings(calls)
    for (const state of this.#keys) {
      const found = await this.#read(state, {})
      if (!state.possible.includes(found)) this.#report(state, `GET gave ${found}, not ${state.possible.join(' or ')}`)
      state.possible = [found]
      for (const [versionId, hash] of state.versions) {
        const version = await this.#read(state, { versionId })
        if (version !== hash) this.#report(state, `version ${versionId} is ${version}, not ${hash}`)
      }
      for (const versionId of state.deleted) {
        const gone = await state.calls.get(state.key, { versionId })
        await gone.arrayBuffer()
        if (gone.status !== 404) this.#report(state, `the deleted version ${versionId} answers ${gone.status}`)
      }
    }
  }

  async #verifyListings(calls: BucketCalls): Promise<void> {
    const own = this.#keys.filter((state) => state.calls === calls)
    const listed = new Map((await calls.list()).map((row) => [row.key, row]))
    const versions = new Set((await calls.listVersions()).map((row) => `${row.key} ${row.versionId}`))
    for (const state of own) {
      const row = listed.get(state.key)
      const [only] = state.possible
      if (state.possible.length === 1 && (row !== undefined) !== (only !== null)) {
        this.#report(state, `LIST ${row === undefined ? 'lacks' : 'shows'} it`)
      }
      if (state.possible.length === 1 && row !== undefined) {
        const head = await calls.send('HEAD', state.key)
        const facts = `${head.headers.get('etag')} ${head.headers.get('content-length')}`
        if (facts !== `${row.etag} ${row.size}`) {
          this.#report(state, `LIST says ${row.etag} ${row.size}, HEAD says ${facts}`)
        }
      }
      for (const versionId of state.versions.keys()) {
        if (!versions.has(`${state.key} ${versionId}`)) this.#report(state, `LIST lacks version ${versionId}`)
      }
      for (const versionId of state.deleted) {
        if (versions.has(`${state.key} ${versionId}`)) this.#report(state, `LIST shows deleted version ${versionId}`)
      }
    }
  }

  /** The hash of an object's bytes, null for none. */
  async #read({ calls, key }: KeyState, query: Record<string, string>): Promise<string | null> {
    const response = await calls.get(key, query)
    const bytes = new Uint8Array(await response.arrayBuffer())
    if (response.status === 404) return null
    return response.status === 200 ? hashOf(bytes) : `an answer of ${response.status}`
  }

  async #put(state: KeyState, size: number): Promise<void> {
    const bytes = randomBytes(size)
    await this.#write(state, hashOf(bytes), () => state.calls.put(state.key, bytes))
  }

  async #multipart(state: KeyState): Promise<void> {
    const parts = [randomBytes(5 * 1024 * KiB), randomBytes(1 + this.#random(300 * KiB))]
    await this.#write(state, hashOf(Buffer.concat(parts)), async () => {
      const { calls, key } = state
      const uploadId = await calls.createUpload(key)
      const etags: string[] = []
      for (const [index, body] of parts.entries()) {
        const part = await calls.uploadPart(key, uploadId, { number: index + 1, body })
        etags.push(part.headers.get('etag') ?? '')
      }
      return calls.complete(key, uploadId, etags)
    })
  }

  /** An upload that is begun, and then aborted or left. */
  async #abandon({ calls, key }: KeyState): Promise<void> {
    try {
      const uploadId = await calls.createUpload(key)
      await calls.uploadPart(key, uploadId, { number: 1, body: randomBytes(1 + this.#random(600 * KiB)) })
      if (this.#random(3) > 0) await calls.abort(key, uploadId)
    } catch {
      this.unanswered++
    }
  }

  async #copy(from: KeyState, to: KeyState): Promise<void> {
    const [hash] = from.possible
    if (from === to || from.possible.length !== 1 || hash === undefined || hash === null) return
    await this.#write(to, hash, () => to.calls.copy(to.key, `${from.calls.bucket}/${from.key}`))
  }

  async #delete(state: KeyState): Promise<void> {
    await this.#write(state, null, () => state.calls.remove(state.key))
  }

  /** Deletes a version that is certainly not the current one. */
  async #deleteVersion(state: KeyState): Promise<void> {
    const [current] = state.possible
    const [versionId] = [...state.versions].find(([, hash]) => hash !== current) ?? []
    if (state.possible.length !== 1 || versionId === undefined) return
    state.versions.delete(versionId)
    try {
      const response = await state.calls.remove(state.key, { versionId })
      if (response.status === 204) state.deleted.add(versionId)
      else this.#report(state, `DELETE of a version answered ${response.status}`)
    } catch {
      this.unanswered++
    }
  }

  async #write(state: KeyState, hash: string | null, send: () => Promise<Response>): Promise<void> {
    try {
      const response = await send()
      const text = await response.text()
      // An answer of 200 to Complete or Copy may still carry an error.
      if (response.status >= 500 || text.includes('<Code>')) throw new Error(`${response.status} ${text}`)
      const versionId = response.headers.get('x-amz-version-id')
      if (!response.ok) this.#report(state, `a write answered ${response.status} ${text}`)
      else this.acknowledged++
      if (state.versioned && hash !== null && versionId !== null) state.versions.set(versionId, hash)
      state.possible = [hash]
    } catch {
      this.unanswered++
      state.possible.push(hash)
    }
  }

  #pick(): KeyState {
    const state = this.#keys[this.#random(this.#keys.length)]
    if (state === undefined) throw new Error('A writer has keys')
    return state
  }

  #report({ calls, key }: KeyState, problem: string): void {
    this.problems.push(`${calls.bucket}/${key}: ${problem}`)
  }
}

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16)
}
