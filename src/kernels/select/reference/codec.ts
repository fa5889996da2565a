import type { KernelMemory } from '../arena.ts'
import { codecStatus } from '../codec.ts'
import type { CodecKernels } from '../codec.ts'

/** What both decoders keep: words of the state by name. */
interface Progress {
  source: number
  sourceEnd: number
  target: number
  targetEnd: number
  lowest: number
  literal: number
  copy: number
  offset: number
  nibble: number
}

const words = [
  'source',
  'sourceEnd',
  'target',
  'targetEnd',
  'lowest',
  'literal',
  'copy',
  'offset',
  'nibble',
] as const satisfies (keyof Progress)[]

/** Reads the tag of an element. */
function snappyTag(bytes: Uint8Array, at: Progress): number | null {
  const tag = bytes[at.source] ?? 0
  const kind = tag & 3
  const available = at.sourceEnd - at.source
  const number = (count: number) => {
    let value = 0
    for (let i = 0; i < count; i += 1) value += (bytes[at.source + 1 + i] ?? 0) * 256 ** i
    return value
  }
  if (kind === 0) {
    const extra = Math.max((tag >> 2) - 59, 0)
    if (available < 1 + extra) return codecStatus.needsInput
    const length = extra === 0 ? (tag >> 2) + 1 : number(extra) + 1
    if (length > 0xffffffff) return codecStatus.corrupt
    at.literal = length
    at.source += 1 + extra
    return null
  }
  const extra = kind === 1 ? 1 : kind === 2 ? 2 : 4
  if (available < 1 + extra) return codecStatus.needsInput
  const offset = kind === 1 ? (tag >> 5) * 256 + number(1) : number(extra)
  at.offset = offset
  if (offset === 0 || offset > at.target - at.lowest) return codecStatus.corrupt
  at.copy = kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1
  at.source += 1 + extra
  return null
}

/** A length of LZ4: 15 goes on with bytes until one is not 255. Null when the input ends before. */
function lz4Length(bytes: Uint8Array, from: { at: number; end: number }, nibble: number): number | null {
  if (nibble < 15) return nibble
  let length = nibble
  while (from.at < from.end) {
    const more = bytes[from.at] ?? 0
    from.at += 1
    length += more
    if (more < 255) return length
  }
  return null
}

/** Reads a token with its literal length, or the offset and match length that follow the literals. */
function lz4Header(bytes: Uint8Array, at: Progress): number | null {
  const from = { at: at.source + (at.nibble === 0 ? 1 : 2), end: at.sourceEnd }
  if (from.at > from.end) return codecStatus.needsInput
  if (at.nibble === 0) {
    const token = bytes[at.source] ?? 0
    const length = lz4Length(bytes, from, token >> 4)
    if (length === null) return codecStatus.needsInput
    at.literal = length
    at.nibble = 16 | (token & 15)
  } else {
    const offset = (bytes[at.source] ?? 0) + 256 * (bytes[at.source + 1] ?? 0)
    const length = lz4Length(bytes, from, at.nibble & 15)
    if (length === null) return codecStatus.needsInput
    if (offset === 0 || offset > at.target - at.lowest) return codecStatus.corrupt
    at.copy = length + 4
    at.offset = offset
    at.nibble = 0
  }
  at.source = from.at
  return null
}

export function codecReference(memory: KernelMemory): CodecKernels {
  /** One element after the other, byte by byte, until `header` cannot go on. */
  function run(state: number, header: (bytes: Uint8Array, at: Progress) => number | null): number {
    const view = new DataView(memory.buffer)
    const bytes = new Uint8Array(memory.buffer)
    const at = Object.fromEntries(words.map((word, index) => [word, view.getUint32(state + index * 4, true)]))
    const progress = at as unknown as Progress
    let status: number | null = null
    while (status === null) {
      while (progress.literal > 0 && progress.source < progress.sourceEnd && progress.target < progress.targetEnd) {
        bytes[progress.target] = bytes[progress.source] ?? 0
        progress.source += 1
        progress.target += 1
        progress.literal -= 1
      }
      while (progress.literal === 0 && progress.copy > 0 && progress.target < progress.targetEnd) {
        bytes[progress.target] = bytes[progress.target - progress.offset] ?? 0
        progress.target += 1
        progress.copy -= 1
      }
      if (progress.literal > 0) {
        status = progress.target === progress.targetEnd ? codecStatus.full : codecStatus.needsInput
      } else if (progress.copy > 0 || progress.target >= progress.targetEnd) status = codecStatus.full
      else if (progress.source >= progress.sourceEnd) status = codecStatus.needsInput
      else status = header(bytes, progress)
    }
    for (const [index, word] of words.entries()) view.setUint32(state + index * 4, progress[word], true)
    return status
  }

  return {
    snappyDecode: (state) => run(state, snappyTag),
    lz4Decode: (state) => run(state, lz4Header),
  }
}
