// SHA-256 and HMAC-SHA256 (RFC 2104) of texts, at once: what requests are signed with. A digest of the runtime costs 6 µs and
// a turn of the event loop, and a warm request needs two; these take 3 µs for 500 bytes. Bodies go to ./digest.ts.
import { inputBytes, inputPointer, kernels, memory, statePointer } from './wasm-module.ts'

const { sha256Start, sha256Blocks, sha256Last } = kernels as unknown as {
  sha256Start: () => void
  sha256Blocks: (length: number) => void
  sha256Last: (length: number, total: number) => void
}

const blockBytes = 64
const digestBytes = 32
/** Given to the kernel at once: whole blocks, and room for the padding behind them. */
const pieceBytes = inputBytes - 2 * blockBytes

const encoder = new TextEncoder()
const input = memory.subarray(inputPointer, inputPointer + inputBytes)

/** SHA-256 of a text's UTF-8. */
export function sha256(text: string): Uint8Array<ArrayBuffer> {
  sha256Start()
  finishText(text, 0)
  return stateCopy()
}

/** A key of HMAC-SHA256, ready to sign. */
export class HmacSha256 {
  /** What the kernel's state is behind the block that the padded key makes, of the inner hash and of the outer one. */
  readonly #inner: Uint8Array
  readonly #outer: Uint8Array

  constructor(key: Uint8Array) {
    const short = key.byteLength > blockBytes ? digestOf(key) : key
    this.#inner = stateBehind(short, 0x36)
    this.#outer = stateBehind(short, 0x5c)
  }

  /** The MAC of a text's UTF-8: 32 bytes. */
  sign(text: string): Uint8Array<ArrayBuffer> {
    memory.set(this.#inner, statePointer)
    finishText(text, blockBytes)
    memory.copyWithin(inputPointer, statePointer, statePointer + digestBytes)
    memory.set(this.#outer, statePointer)
    sha256Last(digestBytes, blockBytes + digestBytes)
    return stateCopy()
  }
}

function stateBehind(key: Uint8Array, pad: number): Uint8Array {
  input.fill(pad, 0, blockBytes)
  for (const [index, octet] of key.entries()) input[index] = octet ^ pad
  sha256Start()
  sha256Blocks(blockBytes)
  return stateCopy()
}

function digestOf(bytes: Uint8Array): Uint8Array {
  sha256Start()
  finishBytes(bytes, 0)
  return stateCopy()
}

/** Ends the digest in the kernel's state, which has taken `before` bytes, with a text. */
function finishText(text: string, before: number): void {
  // A UTF-16 unit takes three bytes at most.
  if (3 * text.length > pieceBytes) return finishBytes(encoder.encode(text), before)
  const { written } = encoder.encodeInto(text, input)
  sha256Last(written, before + written)
}

function finishBytes(bytes: Uint8Array, before: number): void {
  let at = 0
  for (; bytes.byteLength - at > pieceBytes; at += pieceBytes) {
    input.set(bytes.subarray(at, at + pieceBytes))
    sha256Blocks(pieceBytes)
  }
  const rest = bytes.subarray(at)
  input.set(rest)
  sha256Last(rest.byteLength, before + bytes.byteLength)
}

function stateCopy(): Uint8Array<ArrayBuffer> {
  return memory.slice(statePointer, statePointer + digestBytes)
}
