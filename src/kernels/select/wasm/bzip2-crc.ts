// The CRC32 of BZIP2: the usual polynomial, the highest bit first. Eight bytes at a time by eight tables.
import { crcTablesAt } from './bzip2-state'

const polynomial: u32 = 0x04c11db7

export function makeCrcTables(state: usize): void {
  const tables = state + crcTablesAt
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc = byte << 24
    for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (polynomial & (0 - (crc >> 31)))
    store<u32>(tables + byte * 4, crc)
  }
  for (let entry: usize = 1024; entry < 8192; entry += 4) {
    const shorter = load<u32>(tables + entry - 1024)
    store<u32>(tables + entry, (shorter << 8) ^ load<u32>(tables + (shorter >> 24) * 4))
  }
}

export function crcOf(state: usize, start: u32, from: usize, to: usize): u32 {
  const tables = state + crcTablesAt
  let crc = start
  let at = from
  for (; at + 8 <= to; at += 8) {
    const first = crc ^ bswap<u32>(load<u32>(at))
    crc =
      load<u32>(tables + 7168 + (first >> 24) * 4) ^
      load<u32>(tables + 6144 + ((first >> 16) & 255) * 4) ^
      load<u32>(tables + 5120 + ((first >> 8) & 255) * 4) ^
      load<u32>(tables + 4096 + (first & 255) * 4) ^
      load<u32>(tables + 3072 + <u32>load<u8>(at, 4) * 4) ^
      load<u32>(tables + 2048 + <u32>load<u8>(at, 5) * 4) ^
      load<u32>(tables + 1024 + <u32>load<u8>(at, 6) * 4) ^
      load<u32>(tables + <u32>load<u8>(at, 7) * 4)
  }
  for (; at < to; at++) crc = (crc << 8) ^ load<u32>(tables + ((crc >> 24) ^ load<u8>(at)) * 4)
  return crc
}
