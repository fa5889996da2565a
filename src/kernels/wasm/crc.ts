// The tables of a reflected CRC, after M. Kounavis and F. Berry ("slicing", 2005) and M. Adler ("braids", zlib 1.2.12):
// four words of 8 bytes are in flight at a time, each with a CRC of its own that runs ahead by 32 bytes per step, so that
// the loads of one do not wait for those of another. One lookup per byte; 16 KiB of tables in the loop (CRC-64).

/** Fills `near` (a word directly before what follows) and `far` (a word 24 bytes before it): eight tables of 256 `T` each. */
export function crcTables<T>(polynomial: T, near: usize, far: usize): void {
  const tableBytes = 256 * sizeof<T>()
  // Table 7 is that of the last byte of a word: the plain byte table.
  const byte = near + 7 * tableBytes
  for (let i: usize = 0; i < 256; i++) {
    let crc = <T>i
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (polynomial & (<T>0 - (crc & 1)))
    store<T>(byte + i * sizeof<T>(), crc)
  }
  for (let i: usize = 0; i < 256; i++) {
    let crc = load<T>(byte + i * sizeof<T>())
    for (let zeros: usize = 0; zeros < 32; zeros++) {
      if (zeros < 8) store<T>(near + (7 - zeros) * tableBytes + i * sizeof<T>(), crc)
      if (zeros >= 24) store<T>(far + (31 - zeros) * tableBytes + i * sizeof<T>(), crc)
      crc = load<T>(byte + <usize>(crc & 255) * sizeof<T>()) ^ (crc >> 8)
    }
  }
}
