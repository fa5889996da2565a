// Bytes that are all there, as a body the store takes.
import { Buffer } from 'node:buffer'
import { digestOnce } from '../kernels/digest.ts'
import type { BodyDigests, VerifiedBody } from '../auth/body.ts'

export class MemoryBody implements VerifiedBody {
  readonly length: number
  readonly algorithm = null
  readonly #bytes: Uint8Array
  #offset = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.length = bytes.length
  }

  /** Both digests are made whatever is wanted: the store always wants them. */
  want(): void {}

  read(sizeBytes: number): Promise<Uint8Array | null> {
    if (this.#offset >= this.#bytes.length) return Promise.resolve(null)
    // The piece is the caller's.
    const piece = this.#bytes.slice(this.#offset, this.#offset + sizeBytes)
    this.#offset += piece.length
    return Promise.resolve(piece)
  }

  async verify(): Promise<BodyDigests> {
    const [md5, crc] = await Promise.all([digestOnce('MD5', this.#bytes), digestOnce('CRC64NVME', this.#bytes)])
    return {
      size: this.length,
      md5: Buffer.from(md5).toString('hex'),
      checksum: { algorithm: 'CRC64NVME', value: Buffer.from(crc).toString('base64') },
    }
  }
}
