// IP addresses and CIDR ranges of conditions. An IPv4 address written as IPv6 (`::ffff:192.0.2.1`) is that IPv4 address, and
// an IPv4 address lies in no IPv6 range: `::/0` is every IPv6 address. No I/O, no clock.
// https://www.rfc-editor.org/rfc/rfc4632, https://www.rfc-editor.org/rfc/rfc4291#section-2.2

export interface IpAddress {
  version: 4 | 6
  /** 16 bits each, most significant first: two for version 4, eight for version 6. */
  groups: readonly number[]
}

export interface IpRange extends IpAddress {
  prefixLength: number
}

/** Null when the text is no address. */
export function parseIpAddress(text: string): IpAddress | null {
  if (!text.includes(':')) return parseIpv4(text)
  const groups = parseIpv6(text)
  if (groups === null) return null
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  return isMapped ? { version: 4, groups: groups.slice(6) } : { version: 6, groups }
}

/** An address with or without `/length`; without, it is the one address. Null when the text is neither. */
export function parseIpRange(text: string): IpRange | null {
  const [addressText = '', lengthText, ...rest] = text.split('/')
  const address = parseIpAddress(addressText)
  if (address === null || rest.length > 0) return null
  const bits = address.groups.length * 16
  if (lengthText === undefined) return { ...address, prefixLength: bits }
  if (!/^(?:0|[1-9][0-9]{0,2})$/.test(lengthText)) return null
  // The length of a range of mapped addresses counts from the first of 128 bits.
  const isMapped = address.version === 4 && addressText.includes(':')
  const prefixLength = Number(lengthText) - (isMapped ? 96 : 0)
  return prefixLength < 0 || prefixLength > bits ? null : { ...address, prefixLength }
}

export function isInRange(address: IpAddress, range: IpRange): boolean {
  if (address.version !== range.version) return false
  let bits = range.prefixLength
  for (let i = 0; bits > 0; i++, bits -= 16) {
    const ignored = bits >= 16 ? 0 : 16 - bits
    if ((address.groups[i] ?? 0) >> ignored !== (range.groups[i] ?? 0) >> ignored) return false
  }
  return true
}

/** Whether every address of `inner` lies in `outer`. */
export function isWithin(inner: IpRange, outer: IpRange): boolean {
  return inner.prefixLength >= outer.prefixLength && isInRange(inner, outer)
}

/** Four octets without leading zeros, which some readers take for octal. */
function parseIpv4(text: string): IpAddress | null {
  const match = /^([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})$/.exec(text)
  if (match === null) return null
  const octets = match.slice(1)
  if (octets.some((octet) => Number(octet) > 255 || (octet.length > 1 && octet.startsWith('0')))) return null
  const [a = 0, b = 0, c = 0, d = 0] = octets.map(Number)
  return { version: 4, groups: [a * 256 + b, c * 256 + d] }
}

function parseIpv6(text: string): number[] | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const head = groupsOf(halves[0] ?? '', halves.length === 1)
  const tail = halves.length === 2 ? groupsOf(halves[1] ?? '', true) : []
  if (head === null || tail === null) return null
  const missing = 8 - head.length - tail.length
  // '::' stands for one group of zeros at least.
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail]
}

/** Groups between single colons; the last two may be written as IPv4 at the end of an address. */
function groupsOf(text: string, isEnd: boolean): number[] | null {
  if (text === '') return []
  const parts = text.split(':')
  const groups: number[] = []
  for (const [index, part] of parts.entries()) {
    if (isEnd && index === parts.length - 1 && part.includes('.')) {
      const embedded = parseIpv4(part)
      if (embedded === null) return null
      groups.push(...embedded.groups)
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16))
    else return null
  }
  return groups
}
