// CRC-32C (Castagnoli). RFC 3720 section 12.1, appendix B.4. The method: ./crc.ts.
import { crcTables } from './crc'
import { inputPointer, statePointer } from './memory'

// The tables' addresses stand in the load instructions: that is a quarter of the speed, and why this is spelt out.
const near: usize = memory.data(8192, 64)
const far: usize = memory.data(8192, 64)
crcTables<u32>(0x82f63b78, near, far)

export const crc32cStateBytes: i32 = 8

export function crc32cStart(): void {
  store<u64>(statePointer, 0)
}

/** The CRC of eight bytes, as they stand directly before what follows. */
function nearCrc(word: u64): u32 {
  return (
    load<u32>(<usize>(word << 2) & 1020, near) ^
    load<u32>(<usize>(word >> 6) & 1020, near + 1024) ^
    load<u32>(<usize>(word >> 14) & 1020, near + 2048) ^
    load<u32>(<usize>(word >> 22) & 1020, near + 3072) ^
    load<u32>(<usize>(word >> 30) & 1020, near + 4096) ^
    load<u32>(<usize>(word >> 38) & 1020, near + 5120) ^
    load<u32>(<usize>(word >> 46) & 1020, near + 6144) ^
    load<u32>(<usize>(word >> 54) & 1020, near + 7168)
  )
}

/** The CRC of eight bytes with 24 more to be skipped. */
function farCrc(word: u64): u32 {
  return (
    load<u32>(<usize>(word << 2) & 1020, far) ^
    load<u32>(<usize>(word >> 6) & 1020, far + 1024) ^
    load<u32>(<usize>(word >> 14) & 1020, far + 2048) ^
    load<u32>(<usize>(word >> 22) & 1020, far + 3072) ^
    load<u32>(<usize>(word >> 30) & 1020, far + 4096) ^
    load<u32>(<usize>(word >> 38) & 1020, far + 5120) ^
    load<u32>(<usize>(word >> 46) & 1020, far + 6144) ^
    load<u32>(<usize>(word >> 54) & 1020, far + 7168)
  )
}

export function crc32cUpdate(length: i32): void {
  let crc = ~load<u32>(statePointer)
  let at = inputPointer
  const end = at + length
  if (length >= 64) {
    const last = at + (length & ~31) - 32
    let crc1: u32 = 0
    let crc2: u32 = 0
    let crc3: u32 = 0
    for (; at < last; at += 32) {
      crc = farCrc(crc ^ load<u64>(at))
      crc1 = farCrc(crc1 ^ load<u64>(at, 8))
      crc2 = farCrc(crc2 ^ load<u64>(at, 16))
      crc3 = farCrc(crc3 ^ load<u64>(at, 24))
    }
    // The last four words join the braids again, one after the other.
    crc = nearCrc(crc ^ load<u64>(at))
    crc = nearCrc(crc ^ crc1 ^ load<u64>(at, 8))
    crc = nearCrc(crc ^ crc2 ^ load<u64>(at, 16))
    crc = nearCrc(crc ^ crc3 ^ load<u64>(at, 24))
    at += 32
  }
  for (; at < end; at++) crc = load<u32>((<usize>(crc ^ load<u8>(at)) & 255) << 2, near + 7168) ^ (crc >> 8)
  store<u32>(statePointer, ~crc)
}

export function crc32cFinish(): void {
  store<u32>(statePointer, bswap<u32>(load<u32>(statePointer)))
}
