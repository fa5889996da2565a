// The CRCs bit by bit, to be read beside their definitions. The kernels are held to it by tests; nothing else uses it.
import type { Digest } from '../digest.ts'

/** Reflected polynomials. RFC 1952 section 8, RFC 3720 appendix B.4, NVM Command Set Specification 1.0 section 5.2.1.3.4. */
const polynomials = {
  CRC32: { bits: 32n, reflected: 0xedb88320n },
  CRC32C: { bits: 32n, reflected: 0x82f63b78n },
  CRC64NVME: { bits: 64n, reflected: 0x9a6c9329ac4bc9b5n },
}

export class ReferenceCrc implements Digest {
  readonly #bits: bigint
  readonly #reflected: bigint
  #crc: bigint

  constructor(algorithm: keyof typeof polynomials) {
    this.#bits = polynomials[algorithm].bits
    this.#reflected = polynomials[algorithm].reflected
    this.#crc = BigInt.asUintN(Number(this.#bits), -1n)
  }

  update(piece: Uint8Array): void {
    for (const byte of piece) {
      this.#crc ^= BigInt(byte)
      for (let bit = 0; bit < 8; bit++) this.#crc = (this.#crc >> 1n) ^ (this.#crc & 1n ? this.#reflected : 0n)
    }
  }

  async finish(): Promise<Uint8Array> {
    const value = BigInt.asUintN(Number(this.#bits), ~this.#crc)
    return Uint8Array.from({ length: Number(this.#bits) / 8 }, (_, i) =>
      Number((value >> (this.#bits - 8n * BigInt(i + 1))) & 255n),
    )
  }
}
