// Texts that break readers, and ways to damage a good one. One character for each byte.
import { octets } from './draft.ts'
import type { Random } from './random.ts'

/** Each broke some S3 server, some parser or some database once. */
export const oddTexts: readonly string[] = [
  '',
  ' ',
  '0',
  '-1',
  '1',
  '+1',
  '01',
  '1.5',
  '1e3',
  '0x10',
  '1000',
  '1001',
  '10000',
  '10001',
  '2147483647',
  '2147483648',
  '4294967296',
  '9007199254740993',
  '18446744073709551616',
  'NaN',
  'Infinity',
  'null',
  'undefined',
  'true',
  'TRUE',
  '*',
  '**',
  '%',
  '_',
  '/',
  '//',
  '.',
  '..',
  '../../etc/passwd',
  '\\',
  '"',
  "'",
  "' OR 1=1 --",
  '";--',
  '<x>',
  '&amp;',
  '&#0;',
  ']]>',
  '${7*7}',
  '{"a":1}',
  '[]',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '\0',
  'a\0b',
  '\x01',
  '\x7f',
  '\t',
  'a\r\nx-amz-injected: 1',
  '\n',
  octets('é'),
  octets('e\u0301'),
  octets('日本語'),
  octets('\ufeff'),
  octets('\uffff'),
  octets('\ufffd'),
  octets('\u2028'),
  octets('\u202e'),
  octets('🙂'),
  octets('\u{10ffff}'),
  // No UTF-8: a lone continuation, an overlong slash, a surrogate, a cut sequence.
  '\x80',
  '\xc0\xaf',
  '\xed\xa0\x80',
  '\xf0\x9f\x99',
  '\xff\xfe',
]

/** A value of the list, a damaged one, or something else altogether. */
export function valueOf(random: Random, valid: readonly string[]): string {
  if (valid.length > 0 && random.chance(2, 3)) return random.pick(valid)
  if (valid.length > 0 && random.chance(1, 2)) return damaged(random, random.pick(valid))
  return oddText(random)
}

export function oddText(random: Random): string {
  if (random.chance(1, 25)) return random.pick(['a', '%', octets('é'), '/', ' ', '&', '0']).repeat(random.below(5000))
  if (random.chance(1, 8)) return random.bytes(random.below(24)).toString('latin1')
  return random.pick(oddTexts)
}

/** The text with one thing wrong. */
export function damaged(random: Random, text: string): string {
  const at = random.below(text.length + 1)
  const [before, after] = [text.slice(0, at), text.slice(at)]
  switch (random.below(9)) {
    case 0:
      return before
    case 1:
      return after
    case 2:
      return before + random.pick(oddTexts) + after
    case 3:
      return before + String.fromCharCode(random.below(256)) + after.slice(1)
    case 4:
      return text + text
    case 5:
      return ` ${text}\t`
    case 6:
      return random.chance(1, 2) ? text.toUpperCase() : text.toLowerCase()
    case 7:
      return before + after.slice(0, 1).repeat(random.below(40)) + after
    default:
      return text.replaceAll(/\d+/g, () => random.pick(['0', '-1', '', '99999999999999999999', '1e9', '٣']))
  }
}

/** Bytes with some of them changed, removed, doubled or cut off. */
export function damagedBytes(random: Random, bytes: Buffer): Buffer {
  let damage = Buffer.from(bytes)
  for (let times = 1 + random.below(3); times > 0; times--) {
    const at = random.below(damage.length + 1)
    const length = random.below(random.chance(1, 2) ? 4 : 80)
    const [before, middle, after] = [
      damage.subarray(0, at),
      damage.subarray(at, at + length),
      damage.subarray(at + length),
    ]
    const inserted = Buffer.from(random.pick(oddTexts), 'latin1')
    switch (random.below(5)) {
      case 0:
        damage = Buffer.concat([before, after])
        break
      case 1:
        damage = Buffer.concat([before, middle, middle, after])
        break
      case 2:
        damage = Buffer.concat([before, inserted, middle, after])
        break
      case 3:
        damage = Buffer.concat([before, random.bytes(middle.length), after])
        break
      default:
        if (random.chance(1, 3)) damage = Buffer.from(before)
    }
  }
  return damage
}
