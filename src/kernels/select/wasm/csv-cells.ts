// CSV: the cells of a column, and the bounds of records, from the positions that csv.ts or csv-walk.ts found.
import {
  carriageReturn,
  escapeAt,
  fieldAt,
  firstByte,
  firstsAt,
  flagsAt,
  lastsAt,
  lenientFlag,
  matches,
  positionsAt,
  quoteAt,
  recordAt,
  spareAt,
  spareEndAt,
  stripReturnFlag,
  symbolLength,
  symbolWord,
} from './csv-setup'

const textKind: u8 = 0
const escapedKind: u8 = 1
const nullKind: u8 = 5
const missingKind: u8 = 6

/** Whether one of two symbols begins between two addresses. */
// @ts-ignore: decorator
@inline
function holds(at: usize, end: usize, one: usize, other: usize): bool {
  const oneByte = firstByte(one)
  const otherByte = load<u32>(other, symbolLength) == 0 ? oneByte : firstByte(other)
  for (; at < end; at += 16) {
    const bytes = v128.load(at)
    let found = i8x16.bitmask(v128.or(i8x16.eq(bytes, oneByte), i8x16.eq(bytes, otherByte)))
    if (end - at < 16) found &= (1 << <i32>(end - at)) - 1
    while (found != 0) {
      const place = at + ctz(found)
      if (matches(place, one) || matches(place, other)) return true
      found &= found - 1
    }
  }
  return false
}

/** Copies text with doubled quotes, each as one; gives where the copy ends, or 0 where a quote stands by itself. */
function single(from: usize, to: usize, quote: v128, out: usize): usize {
  while (from < to) {
    const bytes = v128.load(from)
    v128.store(out, bytes)
    const found = <u32>i8x16.bitmask(i8x16.eq(bytes, quote))
    const length = min<usize>(found == 0 ? 16 : <usize>ctz(found), to - from)
    from += length
    out += length
    if (length == 16 || from == to) continue
    if (from + 1 == to || load<u8>(from + 1) != load<u8>(from)) return 0
    out++
    from += 2
  }
  return out
}

export function csvCells(
  setup: usize,
  column: u32,
  selection: usize,
  count: u32,
  starts: usize,
  ends: usize,
  kinds: usize,
): void {
  const flags = load<u32>(setup, flagsAt)
  const lenient = (flags & lenientFlag) != 0
  const stripReturn = (flags & stripReturnFlag) != 0
  const positions: usize = load<u32>(setup, positionsAt)
  const firsts: usize = load<u32>(setup, firstsAt)
  const lasts: usize = load<u32>(setup, lastsAt)
  const quote = setup + quoteAt
  const escape = setup + escapeAt
  const quoteLength: usize = load<u32>(quote, symbolLength)
  const quoteFirst: i32 = quoteLength == 0 ? -1 : load<u8>(quote, symbolWord)
  const doubles = quoteLength == 1 && load<u32>(escape, symbolLength) == 0
  const quoteByte = firstByte(quote)
  const recordTail = load<u32>(setup, recordAt + symbolLength) - 1
  const fieldTail = load<u32>(setup, fieldAt + symbolLength) - 1
  const selectionEnd = selection + (<usize>count << 2)
  for (; selection < selectionEnd; selection += 4) {
    const row: usize = load<u32>(selection)
    const field = load<u32>(firsts + (row << 2)) + column
    const last = load<u32>(lasts + (row << 2))
    let start: usize = 0
    let end: usize = 0
    let kind: u8 = missingKind
    if (field < last) {
      const position = positions + (<usize>field << 2)
      start = load<u32>(position - 4) + 1
      end = load<u32>(position)
      if (field + 1 < last) {
        end -= fieldTail
      } else {
        end -= recordTail
        if (stripReturn && end > start && load<u8>(end - 1) == carriageReturn) end--
      }
      if (end > start && load<u8>(start) == quoteFirst && matches(start, quote)) {
        const from = start + quoteLength
        const to = end - quoteLength
        if (from <= to && matches(to, quote) && !holds(from, to, quote, escape)) {
          kind = textKind
          start = from
          end = to
        } else {
          kind = escapedKind
          const spare: usize = load<u32>(setup, spareAt)
          if (doubles && from < to && load<u8>(to) == quoteFirst && spare + (to - from) + 16 <= <usize>load<u32>(setup, spareEndAt)) {
            const copied = single(from, to, quoteByte, spare)
            if (copied != 0) {
              kind = textKind
              start = spare
              end = copied
              store<u32>(setup, copied, spareAt)
            }
          }
        }
      } else if (lenient) {
        kind = start == end ? nullKind : quoteLength != 0 && holds(start, end, quote, escape) ? escapedKind : textKind
      } else {
        kind = textKind
      }
    }
    store<u32>(starts + (row << 2), start)
    store<u32>(ends + (row << 2), end)
    store<u8>(kinds + row, kind)
  }
}

export function csvRecords(
  setup: usize,
  selection: usize,
  count: u32,
  starts: usize,
  ends: usize,
  kinds: usize,
): void {
  const stripReturn = (load<u32>(setup, flagsAt) & stripReturnFlag) != 0
  const positions: usize = load<u32>(setup, positionsAt)
  const firsts: usize = load<u32>(setup, firstsAt)
  const lasts: usize = load<u32>(setup, lastsAt)
  const recordTail = load<u32>(setup, recordAt + symbolLength) - 1
  const selectionEnd = selection + (<usize>count << 2)
  for (; selection < selectionEnd; selection += 4) {
    const row: usize = load<u32>(selection)
    const start = load<u32>(positions + (<usize>load<u32>(firsts + (row << 2)) << 2) - 4) + 1
    let end = load<u32>(positions + (<usize>load<u32>(lasts + (row << 2)) << 2) - 4) - recordTail
    if (stripReturn && end > start && load<u8>(end - 1) == carriageReturn) end--
    store<u32>(starts + (row << 2), start)
    store<u32>(ends + (row << 2), end)
    store<u8>(kinds + row, textKind)
  }
}
