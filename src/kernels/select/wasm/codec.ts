// Snappy and LZ4 blocks, decoded piece by piece: see ../codec.ts. Wide copies may write up to 32 bytes too much, which the
// next element or the room after the output takes.

const needsInput: u32 = 0
const full: u32 = 1
const corrupt: u32 = 2

/** Copies forwards, 16 bytes at once. */
function copyWide(to: usize, from: usize, length: usize): void {
  const end = to + length
  do {
    v128.store(to, v128.load(from))
    to += 16
    from += 16
  } while (to < end)
}

/** Copies of bytes `offset` back, which may be among those being written. */
function copyBack(to: usize, offset: usize, length: usize): void {
  const from = to - offset
  if (offset >= 16) {
    copyWide(to, from, length)
    return
  }
  if (offset === 1) {
    memory.fill(to, load<u8>(from), length)
    return
  }
  const end = to + length
  // The pattern is repeated byte by byte until it is 8 long; then whole words keep its period.
  let at = to
  let source = from
  if (offset < 8) {
    const stop = min(end, to + 16)
    while (at < stop) store<u8>(at++, load<u8>(source++))
    let period = offset
    while (period < 8) period += offset
    source = at - period
  }
  while (at < end) {
    store<u64>(at, load<u64>(source))
    at += 8
    source += 8
  }
}

/** Where `snappyRun` stopped reading and writing. */
let runSource: usize = 0
let runTarget: usize = 0

/**
 * Elements far from both ends: no length needs to be cut, and wide copies hit nothing that matters. Stops before whatever
 * else there is, be it a fault.
 */
function snappyRun(source: usize, sourceEnd: usize, target: usize, targetEnd: usize, lowest: usize): void {
  while (source < sourceEnd && target < targetEnd) {
    const tag: u32 = load<u8>(source)
    const kind = tag & 3
    if (kind === 0) {
      const length: usize = (tag >> 2) + 1
      if (length > 60) break
      v128.store(target, v128.load(source, 1))
      if (length > 16) {
        v128.store(target, v128.load(source, 17), 16)
        v128.store(target, v128.load(source, 33), 32)
        v128.store(target, v128.load(source, 49), 48)
      }
      source += length + 1
      target += length
      continue
    }
    if (kind === 3) break
    const isShort = kind === 1
    const word: u32 = load<u16>(source, 1)
    const length: usize = isShort ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1
    const offset: usize = isShort ? ((tag & 0xe0) << 3) | (word & 255) : word
    if (offset === 0 || offset > target - lowest) break
    const from = target - offset
    if (offset >= 16) {
      v128.store(target, v128.load(from))
      if (length > 16) {
        v128.store(target, v128.load(from, 16), 16)
        v128.store(target, v128.load(from, 32), 32)
        v128.store(target, v128.load(from, 48), 48)
      }
    } else if (offset >= 8 && length <= 16) {
      store<u64>(target, load<u64>(from))
      store<u64>(target, load<u64>(from, 8), 8)
    } else {
      copyBack(target, offset, length)
    }
    source += isShort ? 2 : 3
    target += length
  }
  runSource = source
  runTarget = target
}

/** Farther from an end than any element reaches that is no long literal. */
const margin: usize = 80

export function snappyDecode(state: usize): u32 {
  let source: usize = load<u32>(state)
  const sourceEnd: usize = load<u32>(state, 4)
  let target: usize = load<u32>(state, 8)
  const targetEnd: usize = load<u32>(state, 12)
  const lowest: usize = load<u32>(state, 16)
  let literal: usize = load<u32>(state, 20)
  let copy: usize = load<u32>(state, 24)
  let offset: usize = load<u32>(state, 28)
  let status = corrupt
  while (true) {
    if (literal > 0) {
      const length = min(literal, min(sourceEnd - source, targetEnd - target))
      if (length > 0) copyWide(target, source, length)
      source += length
      target += length
      literal -= length
      if (literal > 0) {
        status = target === targetEnd ? full : needsInput
        break
      }
    } else if (copy > 0) {
      const length = min(copy, targetEnd - target)
      if (length > 0) copyBack(target, offset, length)
      target += length
      copy -= length
      if (copy > 0) {
        status = full
        break
      }
    }
    if (sourceEnd - source > margin && targetEnd - target > margin) {
      snappyRun(source, sourceEnd - margin, target, targetEnd - margin, lowest)
      source = runSource
      target = runTarget
    }
    if (target >= targetEnd) {
      status = full
      break
    }
    if (source >= sourceEnd) {
      status = needsInput
      break
    }
    const tag: u32 = load<u8>(source)
    const kind = tag & 3
    const available = sourceEnd - source
    if (kind === 0) {
      literal = (tag >> 2) + 1
      let header: usize = 1
      if (literal > 60) {
        header = literal - 59
        if (available < header) {
          literal = 0
          status = needsInput
          break
        }
        literal = <usize>((load<u32>(source, 1) & (0xffffffff >>> (40 - ((<u32>header) << 3)))) + 1)
        // A length of 2^32 has no place in memory.
        if (literal === 0) break
      }
      source += header
      continue
    }
    const header: usize = kind === 1 ? 2 : kind === 2 ? 3 : 5
    if (available < header) {
      status = needsInput
      break
    }
    if (kind === 1) {
      copy = ((tag >> 2) & 7) + 4
      offset = ((tag >> 5) << 8) | <u32>load<u8>(source, 1)
    } else {
      copy = (tag >> 2) + 1
      offset = kind === 2 ? <u32>load<u16>(source, 1) : load<u32>(source, 1)
    }
    if (offset === 0 || offset > target - lowest) {
      copy = 0
      break
    }
    source += header
  }
  store<u32>(state, <u32>source)
  store<u32>(state, <u32>target, 8)
  store<u32>(state, <u32>literal, 20)
  store<u32>(state, <u32>copy, 24)
  store<u32>(state, <u32>offset, 28)
  return status
}

/** Word 5: literal bytes to copy; 6: match bytes to copy; 7: offset; 8: 16 + the match nibble when its offset is still to be read. */
export function lz4Decode(state: usize): u32 {
  let source: usize = load<u32>(state)
  const sourceEnd: usize = load<u32>(state, 4)
  let target: usize = load<u32>(state, 8)
  const targetEnd: usize = load<u32>(state, 12)
  const lowest: usize = load<u32>(state, 16)
  let literal: usize = load<u32>(state, 20)
  let copy: usize = load<u32>(state, 24)
  let offset: usize = load<u32>(state, 28)
  let nibble: u32 = load<u32>(state, 32)
  let status = corrupt
  while (true) {
    if (literal > 0) {
      const length = min(literal, min(sourceEnd - source, targetEnd - target))
      if (length > 0) copyWide(target, source, length)
      source += length
      target += length
      literal -= length
      if (literal > 0) {
        status = target === targetEnd ? full : needsInput
        break
      }
    } else if (copy > 0) {
      const length = min(copy, targetEnd - target)
      if (length > 0) copyBack(target, offset, length)
      target += length
      copy -= length
      if (copy > 0) {
        status = full
        break
      }
    }
    if (source >= sourceEnd) {
      status = target >= targetEnd ? full : needsInput
      break
    }
    if (target >= targetEnd) {
      status = full
      break
    }
    let at = source
    if (nibble !== 0) {
      if (sourceEnd - at < 2) {
        status = needsInput
        break
      }
      const distance: usize = load<u16>(at)
      at += 2
      let length: usize = nibble & 15
      if (length === 15) {
        let more: u32 = 255
        while (more === 255 && at < sourceEnd) {
          more = load<u8>(at++)
          length += more
        }
        if (more === 255) {
          status = needsInput
          break
        }
      }
      if (distance === 0 || distance > target - lowest) break
      copy = length + 4
      offset = distance
      nibble = 0
      source = at
      continue
    }
    const token: u32 = load<u8>(at++)
    let length: usize = token >> 4
    if (length === 15) {
      let more: u32 = 255
      while (more === 255 && at < sourceEnd) {
        more = load<u8>(at++)
        length += more
      }
      if (more === 255) {
        status = needsInput
        break
      }
    }
    literal = length
    nibble = 16 | (token & 15)
    source = at
  }
  store<u32>(state, <u32>source)
  store<u32>(state, <u32>target, 8)
  store<u32>(state, <u32>literal, 20)
  store<u32>(state, <u32>copy, 24)
  store<u32>(state, <u32>offset, 28)
  store<u32>(state, nibble, 32)
  return status
}
