// Several digests over the same bytes, in one pass.
import { createDigest, digestOnce } from '../kernels/digest.ts'
import type { Digest } from '../kernels/digest.ts'
import type { ChecksumAlgorithm } from '../kernels/checksum.ts'

export class DigestSet {
  readonly #algorithms: ReadonlySet<ChecksumAlgorithm>
  readonly #provided: ReadonlyMap<ChecksumAlgorithm, Digest>
  #running: Map<ChecksumAlgorithm, Digest> | null = null
  #results: Map<ChecksumAlgorithm, Uint8Array> | null = null

  /** `provided`: digests that were begun elsewhere; they see the same pieces. */
  constructor(algorithms: Iterable<ChecksumAlgorithm>, provided: ReadonlyMap<ChecksumAlgorithm, Digest> = new Map()) {
    this.#algorithms = new Set(algorithms)
    this.#provided = provided
  }

  /**
   * Takes the next piece; when this resolves, the piece has been read and may change. `whole`: there is no other
   * piece, so that one-shot digests, which are faster, will do.
   */
  async update(piece: Uint8Array, { whole }: { whole: boolean }): Promise<void> {
    if (this.#algorithms.size === 0) return
    if (whole && this.#running === null && this.#provided.size === 0) {
      this.#results = await allResults([...this.#algorithms], (algorithm) => digestOnce(algorithm, piece))
      return
    }
    const pending: Promise<void>[] = []
    for (const digest of this.#started().values()) {
      const update = digest.update(piece)
      if (update !== undefined) pending.push(update)
    }
    if (pending.length > 0) await Promise.all(pending)
  }

  /** The digests of all pieces; of nothing when there was none. Once. */
  async finish(): Promise<ReadonlyMap<ChecksumAlgorithm, Uint8Array>> {
    if (this.#results !== null) return this.#results
    const running = this.#started()
    this.#results = await allResults([...running.keys()], (algorithm) => finished(running, algorithm))
    return this.#results
  }

  #started(): Map<ChecksumAlgorithm, Digest> {
    this.#running ??= new Map(
      [...this.#algorithms].map((algorithm) => [algorithm, this.#provided.get(algorithm) ?? createDigest(algorithm)]),
    )
    return this.#running
  }
}

async function allResults(
  algorithms: readonly ChecksumAlgorithm[],
  result: (algorithm: ChecksumAlgorithm) => Promise<Uint8Array>,
): Promise<Map<ChecksumAlgorithm, Uint8Array>> {
  const values = await Promise.all(algorithms.map(async (algorithm) => [algorithm, await result(algorithm)] as const))
  return new Map(values)
}

function finished(running: ReadonlyMap<ChecksumAlgorithm, Digest>, algorithm: ChecksumAlgorithm): Promise<Uint8Array> {
  const digest = running.get(algorithm) ?? createDigest(algorithm)
  return digest.finish()
}
