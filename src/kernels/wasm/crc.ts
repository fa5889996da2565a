// Reflected CRCs by table, after M. Kounavis and F. Berry ("slicing", 2005) and M. Adler ("braids", zlib 1.2.12):
// four words of 8 bytes are in flight at a time, each with a CRC of its own that runs ahead by 32 bytes per step, so that
// the loads of one do not wait for those of another. One lookup per byte, 16 KiB of tables in the loop (CRC-64).
// `T` is the width: u32 or u64. A state is the running CRC, in the first 8 bytes.
import { inputPointer, statePointer } from './memory'

/** Eight tables for eight successive bytes; table 7 is the plain byte table. `T` follows `T` without a gap. */
function tableBytes<T>(): usize {
  return 256 * sizeof<T>()
}

/** Fills `near` (a word directly before what follows) and `far` (a word 24 bytes further ahead). */
export function crcTables<T>(polynomial: T, near: usize, far: usize): void {
  const byte = near + 7 * tableBytes<T>()
  for (let i: usize = 0; i < 256; i++) {
    let crc = <T>i
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (polynomial & (<T>0 - (crc & 1)))
    store<T>(byte + i * sizeof<T>(), crc)
  }
  for (let i: usize = 0; i < 256; i++) {
    let crc = load<T>(byte + i * sizeof<T>())
    for (let zeros: usize = 0; zeros < 32; zeros++) {
      if (zeros < 8) store<T>(near + (7 - zeros) * tableBytes<T>() + i * sizeof<T>(), crc)
      if (zeros >= 24) store<T>(far + (31 - zeros) * tableBytes<T>() + i * sizeof<T>(), crc)
      crc = step<T>(byte, crc, 0)
    }
  }
}

function step<T>(byte: usize, crc: T, next: u8): T {
  return load<T>(byte + <usize>((crc ^ next) & 255) * sizeof<T>()) ^ (crc >> 8)
}

function entry<T>(tables: usize, index: usize, word: u64): T {
  return load<T>(tables + index * tableBytes<T>() + <usize>((word >> (index << 3)) & 255) * sizeof<T>())
}

/** The CRC of eight bytes, through one set of tables. */
function wordCrc<T>(tables: usize, word: u64): T {
  return (
    entry<T>(tables, 0, word) ^
    entry<T>(tables, 1, word) ^
    entry<T>(tables, 2, word) ^
    entry<T>(tables, 3, word) ^
    entry<T>(tables, 4, word) ^
    entry<T>(tables, 5, word) ^
    entry<T>(tables, 6, word) ^
    entry<T>(tables, 7, word)
  )
}

/** Runs the CRC in the state over `length` bytes of input. */
export function crcUpdate<T>(near: usize, far: usize, length: i32): void {
  let crc = ~load<T>(statePointer)
  let at = inputPointer
  const end = at + length
  if (length >= 64) {
    const last = at + (length & ~31) - 32
    let crc1: T = 0
    let crc2: T = 0
    let crc3: T = 0
    for (; at < last; at += 32) {
      crc = wordCrc<T>(far, <u64>crc ^ load<u64>(at))
      crc1 = wordCrc<T>(far, <u64>crc1 ^ load<u64>(at, 8))
      crc2 = wordCrc<T>(far, <u64>crc2 ^ load<u64>(at, 16))
      crc3 = wordCrc<T>(far, <u64>crc3 ^ load<u64>(at, 24))
    }
    // The last four words join the braids again, one after the other.
    crc = wordCrc<T>(near, <u64>crc ^ load<u64>(at))
    crc = wordCrc<T>(near, <u64>(crc ^ crc1) ^ load<u64>(at, 8))
    crc = wordCrc<T>(near, <u64>(crc ^ crc2) ^ load<u64>(at, 16))
    crc = wordCrc<T>(near, <u64>(crc ^ crc3) ^ load<u64>(at, 24))
    at += 32
  }
  const byte = near + 7 * tableBytes<T>()
  for (; at < end; at++) crc = step<T>(byte, crc, load<u8>(at))
  store<T>(statePointer, ~crc)
}
