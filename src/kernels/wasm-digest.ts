// Digests computed in WebAssembly (sources in ./wasm). The state of each lives in JavaScript between updates, so digests may be
// interlaced in any way and need no release.
import type { Digest } from './digest.ts'
import { inputBytes, inputPointer, kernels, memory, statePointer } from './wasm-module.ts'

/** Name → bytes of its digest. */
const digestBytes = { crc32c: 4, crc64nvme: 8, xxhash64: 8, xxhash3: 8, xxhash128: 16 }

export type WasmKernel = keyof typeof digestBytes

type Exports = Record<`${WasmKernel}StateBytes`, { value: number }> &
  Record<`${WasmKernel}${'Start' | 'Finish'}`, () => void> &
  Record<`${WasmKernel}Update`, (length: number) => void>

const exports = kernels as unknown as Exports

/** A digest by one of the kernels; its updates are synchronous. */
export class WasmDigest implements Digest {
  readonly #kernel: WasmKernel
  readonly #state: Uint8Array
  readonly #step: (length: number) => void

  constructor(kernel: WasmKernel) {
    this.#kernel = kernel
    this.#step = exports[`${kernel}Update`]
    exports[`${kernel}Start`]()
    this.#state = memory.slice(statePointer, statePointer + exports[`${kernel}StateBytes`].value)
  }

  update(piece: Uint8Array): void {
    memory.set(this.#state, statePointer)
    for (let offset = 0; offset < piece.length; offset += inputBytes) {
      const part = piece.length <= inputBytes ? piece : piece.subarray(offset, offset + inputBytes)
      memory.set(part, inputPointer)
      this.#step(part.length)
    }
    this.#state.set(memory.subarray(statePointer, statePointer + this.#state.length))
  }

  async finish(): Promise<Uint8Array> {
    memory.set(this.#state, statePointer)
    exports[`${this.#kernel}Finish`]()
    return memory.slice(statePointer, statePointer + digestBytes[this.#kernel])
  }
}
