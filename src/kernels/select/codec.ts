/**
 * Kernels of wasm/codec.ts; reference/codec.ts does the same in TypeScript.
 *
 * Both decoders can stop anywhere and go on later. Their state is 40 bytes at `state`, as u32 in this order: address of the
 * next input byte, end of the input, address of the next output byte, where to stop writing, the lowest address copies may
 * reach, then five words of the decoder's own (all zero at the start). They write up to 32 bytes beyond the end of output.
 */
export interface CodecKernels {
  /** Decodes snappy elements (after the length that stands before them). https://github.com/google/snappy/blob/main/format_description.txt */
  snappyDecode(state: number): number
  /** Decodes sequences of an LZ4 block. https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md */
  lz4Decode(state: number): number
}

/** What `snappyDecode` and `lz4Decode` return. */
export const codecStatus = {
  /** The input is used up, but for up to a few bytes of an element that is not whole: give them again with more. */
  needsInput: 0,
  /** The output is full. */
  full: 1,
  /** No decoder could go on. */
  corrupt: 2,
} as const

export const codecStateBytes = 40
