// CRC-64/NVME. NVM Express NVM Command Set Specification 1.0, section 5.2.1.3.4 (polynomial ad93d23594c93659, reflected).
// The method: ./crc.ts.
import { crcTables } from './crc'
import { answer, inputPointer, statePointer } from './memory'

// The tables' addresses stand in the load instructions: that is a quarter of the speed, and why this is spelt out.
const near: usize = memory.data(16384, 64)
const far: usize = memory.data(16384, 64)
crcTables<u64>(0x9a6c9329ac4bc9b5, near, far)

export const crc64nvmeStateBytes: i32 = 8

export function crc64nvmeStart(): void {
  store<u64>(statePointer, 0)
}

/** The CRC of eight bytes, as they stand directly before what follows. */
function nearCrc(word: u64): u64 {
  return (
    load<u64>(<usize>(word << 3) & 2040, near) ^
    load<u64>(<usize>(word >> 5) & 2040, near + 2048) ^
    load<u64>(<usize>(word >> 13) & 2040, near + 4096) ^
    load<u64>(<usize>(word >> 21) & 2040, near + 6144) ^
    load<u64>(<usize>(word >> 29) & 2040, near + 8192) ^
    load<u64>(<usize>(word >> 37) & 2040, near + 10240) ^
    load<u64>(<usize>(word >> 45) & 2040, near + 12288) ^
    load<u64>(<usize>(word >> 53) & 2040, near + 14336)
  )
}

/** The CRC of eight bytes with 24 more to be skipped. */
function farCrc(word: u64): u64 {
  return (
    load<u64>(<usize>(word << 3) & 2040, far) ^
    load<u64>(<usize>(word >> 5) & 2040, far + 2048) ^
    load<u64>(<usize>(word >> 13) & 2040, far + 4096) ^
    load<u64>(<usize>(word >> 21) & 2040, far + 6144) ^
    load<u64>(<usize>(word >> 29) & 2040, far + 8192) ^
    load<u64>(<usize>(word >> 37) & 2040, far + 10240) ^
    load<u64>(<usize>(word >> 45) & 2040, far + 12288) ^
    load<u64>(<usize>(word >> 53) & 2040, far + 14336)
  )
}

export function crc64nvmeUpdate(length: i32): void {
  let crc = ~load<u64>(statePointer)
  let at = inputPointer
  const end = at + length
  if (length >= 64) {
    const last = at + (length & ~31) - 32
    let crc1: u64 = 0
    let crc2: u64 = 0
    let crc3: u64 = 0
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
  for (; at < end; at++) crc = load<u64>((<usize>(crc ^ load<u8>(at)) & 255) << 3, near + 14336) ^ (crc >> 8)
  store<u64>(statePointer, ~crc)
}

export function crc64nvmeFinish(): void {
  answer(0, load<u64>(statePointer))
}
