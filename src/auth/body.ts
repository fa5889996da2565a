// The bytes of a request as operations see them: decoded, and verified before anything is committed.
import type { ChecksumAlgorithm } from '../kernels/checksum.ts'
import type { Digest } from '../kernels/digest.ts'

/** Which of the algorithms are computed elsewhere, and how. Their digests are told the same pieces. */
export type BeginDigests = (algorithms: Iterable<ChecksumAlgorithm>) => ReadonlyMap<ChecksumAlgorithm, Digest>

/** Asked for before the first read. */
export interface DigestsWanted {
  /** The ETag. */
  md5: boolean
  /** Begins digests in the place of the body; null or absent, or for those it leaves out: the body computes them. */
  begin?: BeginDigests | null
  /** What to compute when the client names none. */
  fallback: ChecksumAlgorithm | null
}

/** Digests of the decoded bytes, complete and checked. */
export interface BodyDigests {
  /** Bytes. */
  size: number
  /** Hex, or empty when not asked for. */
  md5: string
  /** Of the algorithm the client sent (header or trailer), else of `fallback`. Base64. */
  checksum: { algorithm: ChecksumAlgorithm; value: string } | null
}

/** A streamed request body. Reads give decoded bytes (never aws-chunked framing), in order. */
export interface VerifiedBody {
  /** Decoded bytes to come; null when the client does not say. */
  readonly length: number | null
  /** The algorithm the client announced by header, trailer or x-amz-sdk-checksum-algorithm; null for none. */
  readonly algorithm: ChecksumAlgorithm | null
  /** Chooses the digests; before the first read, at most once. Without it neither MD5 nor a fallback is computed. */
  want(digests: DigestsWanted): void
  /**
   * The next piece: exactly `sizeBytes`, or less at the end; null after the end. The buffer is the caller's.
   * `used`: an earlier piece whose memory may be filled again. Without it a large body leaves all its bytes to the
   * garbage collector, and many at once leave them faster than it comes.
   */
  read(sizeBytes: number, used?: Uint8Array): Promise<Uint8Array | null>
  /**
   * After the end: checks length, payload hash, chunk and trailer signatures, Content-MD5 and checksums.
   * Throws S3Error (BadDigest, XAmzContentSHA256Mismatch, SignatureDoesNotMatch, IncompleteBody, …).
   */
  verify(): Promise<BodyDigests>
}
