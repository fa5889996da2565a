// CRC-32C (Castagnoli). RFC 3720 section 12.1, appendix B.4.
import { crcTables, crcUpdate } from './crc'
import { statePointer } from './memory'

const near: usize = memory.data(8 * 256 * 4, 64)
const far: usize = memory.data(8 * 256 * 4, 64)
crcTables<u32>(0x82f63b78, near, far)

export const crc32cStateBytes: i32 = 8

export function crc32cStart(): void {
  store<u64>(statePointer, 0)
}

export function crc32cUpdate(length: i32): void {
  crcUpdate<u32>(near, far, length)
}

export function crc32cFinish(): void {
  store<u32>(statePointer, bswap<u32>(load<u32>(statePointer)))
}
