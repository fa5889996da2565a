// From a request's body to where its bytes will lie: inline in the commit, or extents written under a lease.
import type { BodyDigests, VerifiedBody } from '../auth/body.ts'
import type { BulkStore, ExtentWriter } from '../bulk/bulk-store.ts'
import type { StoredDigests } from '../bulk/file-digests.ts'
import type { ChecksumAlgorithm } from '../kernels/checksum.ts'
import { createDigest } from '../kernels/digest.ts'
import { inlineBytesMax, writePieceBytes } from '../limits.ts'
import type { NewContent, NewExtent } from '../shard/rpc.ts'

/** Extents announced at once for a body of unknown length. */
const RESERVED_AT_ONCE = 16

export interface Written {
  content: NewContent
  digests: BodyDigests
}

/** How extents are announced before their bytes are written; anything but null ends the write with that answer. */
export interface Announcing<Refusal> {
  /** Announced already; null leaves the first announcement to `writeBody`, before it reads a byte. */
  announced: string[] | null
  /** Announces so many extents. */
  reserve(extents: number, renew: string[]): Promise<{ extents: string[] } | { refusal: Refusal }>
  /** How long a lease is; it is renewed while bytes keep coming. */
  leaseMilliseconds: number
}

export interface Writing<Refusal> extends Announcing<Refusal> {
  /** What to compute when the client names no checksum. */
  fallback: ChecksumAlgorithm
}

/** How many extents to announce first for a body: none when it will travel inline. */
export function planExtents(length: number | null, bulk: BulkStore): number {
  if (length !== null && length <= inlineBytesMax) return 0
  const count = length === null ? RESERVED_AT_ONCE : Math.ceil(length / bulk.extentBytesMax)
  return Math.min(count, RESERVED_AT_ONCE)
}

/**
 * Moves the body to its place and verifies it. The caller commits `content`, or drops it: what was written under a
 * lease and not committed is collected. Throws what the body's reads and checks throw.
 */
export async function writeBody<Refusal>(
  body: VerifiedBody,
  bulk: BulkStore,
  writing: Writing<Refusal>,
): Promise<Written | { refusal: Refusal }> {
  const { length } = body
  // A body of one piece costs less than asking another thread.
  const stored = length !== null && length > writePieceBytes ? (bulk.startDigests?.(createDigest) ?? null) : null
  const begin = stored === null ? null : stored.begin.bind(stored)
  body.want({ md5: true, begin, fallback: writing.fallback })
  if (length !== null && length <= inlineBytesMax) {
    // An empty body is read to its end as well: a trailer may follow.
    const bytes = (await body.read(Math.max(length, 1))) ?? new Uint8Array(0)
    return { content: { kind: 'inline', bytes }, digests: await body.verify() }
  }
  if (length !== null) return writeExtents(body, null, new Extents(bulk, writing, { length, stored }))
  const head = (await body.read(writePieceBytes)) ?? new Uint8Array(0)
  if (head.byteLength <= inlineBytesMax) {
    return { content: { kind: 'inline', bytes: head }, digests: await body.verify() }
  }
  return writeExtents(body, head, new Extents(bulk, writing, { length, stored }))
}

/** Removes bytes whose lease ran out: the shard may have looked for them before they were there. */
export async function dropExtents(bulk: BulkStore, content: NewContent): Promise<void> {
  if (content.kind === 'extents') await bulk.remove(content.extents)
}

async function writeExtents<Refusal>(
  body: VerifiedBody,
  head: Uint8Array | null,
  extents: Extents<Refusal>,
): Promise<Written | { refusal: Refusal }> {
  try {
    const refusal = await extents.announce()
    if (refusal !== null) return { refusal }
    let piece = head ?? (await body.read(writePieceBytes))
    while (piece !== null) {
      const refused = await extents.write(piece)
      if (refused !== null) {
        await extents.abort()
        return { refusal: refused }
      }
      piece = piece.byteLength < writePieceBytes ? null : await body.read(writePieceBytes, piece)
    }
    // Digests of what is stored end with the last extent.
    const written = await extents.close()
    return { content: { kind: 'extents', extents: written }, digests: await body.verify() }
  } catch (error) {
    await extents.abort()
    throw error
  }
}

/** The extents of one body, filled one after the other. */
class Extents<Refusal> {
  readonly #bulk: BulkStore
  readonly #announcing: Announcing<Refusal>
  /** Bytes still to come; null when unknown. */
  #left: number | null
  /** Digests what is stored; null: the body digests what it reads. */
  readonly #stored: StoredDigests | null
  #names: string[]
  /** All that were announced. */
  readonly #leased: string[]
  /** Milliseconds since 1970 when the leases are renewed. */
  #renewAt = 0
  #done: NewExtent[] = []
  #writer: ExtentWriter | null = null
  #room = 0

  constructor(
    bulk: BulkStore,
    announcing: Announcing<Refusal>,
    { length, stored }: { length: number | null; stored: StoredDigests | null },
  ) {
    this.#bulk = bulk
    this.#announcing = announcing
    this.#left = length
    this.#stored = stored
    this.#names = [...(announcing.announced ?? [])]
    this.#leased = [...this.#names]
    this.#scheduleRenewal()
  }

  /** Makes sure the next extent is announced; the first call also checks early whether the write can succeed. */
  async announce(): Promise<Refusal | null> {
    if (this.#names.length > 0) return null
    const count = Math.max(planExtents(this.#left, this.#bulk), 1)
    this.#scheduleRenewal()
    const answer = await this.#announcing.reserve(count, [...this.#leased])
    if ('refusal' in answer) return answer.refusal
    this.#names = answer.extents
    this.#leased.push(...answer.extents)
    return null
  }

  /** Appends a piece; pieces divide extents evenly, so one never spans two. */
  async write(piece: Uint8Array): Promise<Refusal | null> {
    if (this.#writer === null) {
      const refusal = await this.announce()
      if (refusal !== null) return refusal
      await this.#open()
    }
    if (Date.now() >= this.#renewAt) {
      this.#scheduleRenewal()
      const answer = await this.#announcing.reserve(0, [...this.#leased])
      if ('refusal' in answer) return answer.refusal
    }
    await this.#writer?.write(piece)
    this.#room -= piece.byteLength
    if (this.#left !== null) this.#left -= piece.byteLength
    if (this.#room <= 0) await this.#finish()
    return null
  }

  async close(): Promise<NewExtent[]> {
    await this.#finish()
    return this.#done
  }

  /** What was written goes at once; should that fail, it goes with its lease. Never throws. */
  async abort(): Promise<void> {
    this.#stored?.abort()
    await this.#writer?.abort()
    this.#writer = null
    await this.#bulk.remove(this.#done.splice(0)).catch(() => undefined)
  }

  /** Early enough that a renewal may be late. */
  #scheduleRenewal(): void {
    this.#renewAt = Date.now() + this.#announcing.leaseMilliseconds / 3
  }

  async #open(): Promise<void> {
    const name = this.#names.shift()
    if (name === undefined) throw new Error('An extent is announced before it is written')
    const size = this.#left === null ? null : Math.min(this.#left, this.#bulk.extentBytesMax)
    if (size !== null) this.#stored?.note(name, size)
    this.#writer = await this.#bulk.create(name, size)
    this.#room = this.#bulk.extentBytesMax
  }

  async #finish(): Promise<void> {
    if (this.#writer === null) return
    this.#done.push(await this.#writer.close())
    this.#writer = null
  }
}
