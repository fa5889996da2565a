// CRC-64/NVME. NVM Express NVM Command Set Specification 1.0, section 5.2.1.3.4 (polynomial ad93d23594c93659, reflected).
import { crcTables, crcUpdate } from './crc'
import { answer, statePointer } from './memory'

const near: usize = memory.data(8 * 256 * 8, 64)
const far: usize = memory.data(8 * 256 * 8, 64)
crcTables<u64>(0x9a6c9329ac4bc9b5, near, far)

export const crc64nvmeStateBytes: i32 = 8

export function crc64nvmeStart(): void {
  store<u64>(statePointer, 0)
}

export function crc64nvmeUpdate(length: i32): void {
  crcUpdate<u64>(near, far, length)
}

export function crc64nvmeFinish(): void {
  answer(0, load<u64>(statePointer))
}
