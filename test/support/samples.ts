// Bytes and names that clients and servers have trouble with.
import { createCipheriv } from 'node:crypto'

const MiB = 1024 * 1024

/** Empty, the smallest, one above the smallest part, and what clients send in several parts by default. */
export const sampleSizes = { empty: 0, one: 1, overOnePart: 5 * MiB + 1, severalParts: 17 * MiB + 3 }

/** Bytes that look random and are the same for the same size and seed. */
export function sampleBytes(size: number, seed = 1): Buffer {
  const key = Buffer.alloc(16, seed)
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size))
}

/** Keys that are file names, too. */
export const fileKeys = [
  'plain.txt',
  'with space and  two.txt',
  'plus+sign.txt',
  'percent%20literal.txt',
  'ünïcode/日本語 テキスト.txt',
  'emoji-😀.bin',
  "punctuation-!'()*,;:@=$&.txt",
  'deep/er/and/deep er.txt',
]

/** Keys that no file can have, beside those that one can. */
export const objectKeys = [
  ...fileKeys,
  '/leading',
  'double//slash',
  'trailing/',
  'dot/./and/../dots',
  '?#[]{}|\\^`"<>~',
]
