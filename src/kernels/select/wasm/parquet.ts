// RLE/bit-packed hybrid, levels, and values moved to their rows: see ../parquet.ts.

const kindNull: u8 = 5

/** Reads the header of the next run. False when the input ends. */
function nextRun(state: usize): bool {
  let at: usize = load<u32>(state)
  const end: usize = load<u32>(state, 4)
  const width = load<u32>(state, 8)
  let header: u32 = 0
  let shift: u32 = 0
  while (true) {
    if (at >= end || shift > 28) return false
    const byte: u32 = load<u8>(at++)
    header |= (byte & 127) << shift
    if (byte < 128) break
    shift += 7
  }
  if (header & 1) {
    const groups: u64 = header >> 1
    const bytes: u64 = groups * width
    const left: u64 = end - at
    // The last group may be cut short: what is not there is not counted.
    const values: u64 = bytes <= left ? groups * 8 : (left * 8) / width
    store<u32>(state, <u32>min<u64>(values, 0xffffffff), 12)
    store<u32>(state, 0, 20)
    store<u32>(state, 1, 24)
  } else {
    const bytes: usize = (width + 7) >> 3
    if (end - at < bytes) return false
    let value: u32 = 0
    for (let i: usize = 0; i < bytes; i++) value |= (<u32>load<u8>(at + i)) << <u32>(i << 3)
    if (width < 32) value &= (1 << width) - 1
    at += bytes
    store<u32>(state, header >> 1, 12)
    store<u32>(state, value, 16)
    store<u32>(state, 0, 24)
  }
  store<u32>(state, <u32>at)
  return true
}

/** Counts `used` values of the run off; a bit-packed run that is over is passed. */
function useRun(state: usize, used: u32): void {
  const left = load<u32>(state, 12) - used
  store<u32>(state, left, 12)
  if (load<u32>(state, 24) === 0) return
  const bits: u64 = <u64>load<u32>(state, 20) + <u64>used * load<u32>(state, 8)
  // Kept below 8 so that long runs do not overflow: whole bytes go to the address.
  store<u32>(state, <u32>min<u64>(<u64>load<u32>(state) + (bits >> 3) + (left === 0 && (bits & 7) !== 0 ? 1 : 0), load<u32>(state, 4)))
  store<u32>(state, <u32>(bits & 7), 20)
}

/** Groups of eight values of up to 16 bits, from a byte's first bit: four values to a load. */
function unpackGroups(at: usize, width: usize, out: usize, groups: usize): void {
  const mask: u64 = ((<u64>1) << width) - 1
  const half = width >> 1
  const shift: u64 = (width & 1) << 2
  const one: u64 = width
  const two: u64 = width << 1
  const three: u64 = two + one
  for (; groups > 0; groups--) {
    const low = load<u64>(at)
    const high = load<u64>(at + half) >> shift
    store<u32>(out, <u32>(low & mask))
    store<u32>(out, <u32>((low >> one) & mask), 4)
    store<u32>(out, <u32>((low >> two) & mask), 8)
    store<u32>(out, <u32>((low >> three) & mask), 12)
    store<u32>(out, <u32>(high & mask), 16)
    store<u32>(out, <u32>((high >> one) & mask), 20)
    store<u32>(out, <u32>((high >> two) & mask), 24)
    store<u32>(out, <u32>((high >> three) & mask), 28)
    at += width
    out += 32
  }
}

export function hybridDecode(state: usize, out: usize, count: u32): u32 {
  const width = load<u32>(state, 8)
  const mask: u64 = ((<u64>1) << width) - 1
  let left = count
  while (left > 0) {
    const run = load<u32>(state, 12)
    if (run === 0) {
      if (!nextRun(state)) break
      continue
    }
    const take = min(run, left)
    const stop = out + ((<usize>take) << 2)
    if (load<u32>(state, 24) === 0) {
      const value = load<u32>(state, 16)
      const wide = i32x4.splat(value)
      for (; out + 16 <= stop; out += 16) v128.store(out, wide)
      for (; out < stop; out += 4) store<u32>(out, value)
    } else {
      let at: usize = load<u32>(state)
      let bit: u64 = load<u32>(state, 20)
      while (out < stop) {
        if (bit === 0 && width <= 16 && stop - out >= 32) {
          const groups = (stop - out) >> 5
          unpackGroups(at, width, out, groups)
          out += groups << 5
          at += groups * width
          continue
        }
        store<u32>(out, <u32>((load<u64>(at) >> bit) & mask))
        out += 4
        bit += width
        at += <usize>(bit >> 3)
        bit &= 7
      }
    }
    useRun(state, take)
    left -= take
  }
  return count - left
}

export function hybridDecodeBytes(state: usize, out: usize, count: u32): u32 {
  const width = load<u32>(state, 8)
  const mask: u64 = ((<u64>1) << width) - 1
  let left = count
  while (left > 0) {
    const run = load<u32>(state, 12)
    if (run === 0) {
      if (!nextRun(state)) break
      continue
    }
    const take = min(run, left)
    const stop = out + <usize>take
    if (load<u32>(state, 24) === 0) {
      memory.fill(out, <u8>load<u32>(state, 16), take)
      out = stop
    } else {
      let at: usize = load<u32>(state)
      let bit: u64 = load<u32>(state, 20)
      if (width === 1 && bit === 0) {
        for (; out + 8 <= stop; out += 8) {
          // Each bit to the lowest bit of a byte of its own.
          const spread = ((<u64>load<u8>(at++)) * 0x0101010101010101) & 0x8040201008040201
          store<u64>(out, ((spread + 0x7f7f7f7f7f7f7f7f) | spread) >> 7 & 0x0101010101010101)
        }
      }
      for (; out < stop; out++) {
        store<u8>(out, <u8>((load<u64>(at) >> bit) & mask))
        bit += width
        at += <usize>(bit >> 3)
        bit &= 7
      }
    }
    useRun(state, take)
    left -= take
  }
  return count - left
}

export function hybridSkip(state: usize, count: u32): u32 {
  let left = count
  while (left > 0) {
    const run = load<u32>(state, 12)
    if (run === 0) {
      if (!nextRun(state)) break
      continue
    }
    const take = min(run, left)
    useRun(state, take)
    left -= take
  }
  return count - left
}

export function hybridRepeats(state: usize, value: u32, count: u32): u32 {
  while (load<u32>(state, 12) === 0) if (!nextRun(state)) return 0
  if (load<u32>(state, 24) !== 0 || load<u32>(state, 16) !== value || load<u32>(state, 12) < count) return 0
  useRun(state, count)
  return 1
}

export function maxU32(values: usize, count: u32): f64 {
  const end = values + ((<usize>count) << 2)
  let wide = i32x4.splat(0)
  let at = values
  for (; at + 16 <= end; at += 16) wide = i32x4.max_u(wide, v128.load(at))
  let most: u32 = max(
    max(<u32>i32x4.extract_lane(wide, 0), <u32>i32x4.extract_lane(wide, 1)),
    max(<u32>i32x4.extract_lane(wide, 2), <u32>i32x4.extract_lane(wide, 3)),
  )
  for (; at < end; at += 4) most = max(most, load<u32>(at))
  return <f64>most
}

export function levelsToKinds(levels: usize, count: u32, top: u32, present: u32): u32 {
  const end = levels + <usize>count
  const tops = i8x16.splat(<i8>top)
  const presents = i8x16.splat(<i8>present)
  const nulls = i8x16.splat(kindNull)
  let found: u32 = 0
  let at = levels
  for (; at + 16 <= end; at += 16) {
    const hits = i8x16.eq(v128.load(at), tops)
    found += popcnt(i8x16.bitmask(hits))
    v128.store(at, v128.bitselect(presents, nulls, hits))
  }
  for (; at < end; at++) {
    const hit = <u32>load<u8>(at) === top
    found += <u32>hit
    store<u8>(at, hit ? <u8>present : kindNull)
  }
  return found
}

export function spread8(values: usize, kinds: usize, count: u32, present: u32): void {
  let from: usize = present
  for (let i: usize = count; i > 0 && from > 0; ) {
    i--
    if (load<u8>(kinds + i) !== kindNull) store<u8>(values + i, load<u8>(values + --from))
  }
}

export function spread32(values: usize, kinds: usize, count: u32, present: u32): void {
  let from: usize = present
  for (let i: usize = count; i > 0 && from > 0; ) {
    i--
    if (load<u8>(kinds + i) !== kindNull) store<u32>(values + (i << 2), load<u32>(values + (--from << 2)))
  }
}

export function spread64(values: usize, kinds: usize, count: u32, present: u32): void {
  let from: usize = present
  for (let i: usize = count; i > 0 && from > 0; ) {
    i--
    if (load<u8>(kinds + i) !== kindNull) store<u64>(values + (i << 3), load<u64>(values + (--from << 3)))
  }
}

export function gather32(indices: usize, kinds: usize, count: u32, table: usize, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    if (load<u8>(kinds + i) !== kindNull) {
      store<u32>(out + (i << 2), load<u32>(table + ((<usize>load<u32>(indices + (i << 2))) << 2)))
    }
  }
}

export function gather64(indices: usize, kinds: usize, count: u32, table: usize, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    if (load<u8>(kinds + i) !== kindNull) {
      store<u64>(out + (i << 3), load<u64>(table + ((<usize>load<u32>(indices + (i << 2))) << 3)))
    }
  }
}
