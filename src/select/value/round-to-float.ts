// Exact fractions to floats, rounded once. No I/O, no clock.

/** Below this exponent floats have fewer bits. */
const leastNormalExponent = -1022

/** The float nearest to numerator / denominator, ties to even; infinite beyond the range. The denominator is above zero. */
export function roundToFloat(numerator: bigint, denominator: bigint): number {
  if (numerator === 0n) return 0
  const negative = numerator < 0n
  const magnitude = negative ? -numerator : numerator
  // The fraction lies between 2^(exponent - 1) and 2^(exponent + 1).
  const exponent = bitLength(magnitude) - bitLength(denominator)
  const rounded =
    exponent <= leastNormalExponent
      ? subnormal(magnitude, denominator)
      : scaled(withSticky(magnitude, denominator, 64 - exponent), exponent - 64)
  return negative ? -rounded : rounded
}

function bitLength(value: bigint): number {
  const hex = value.toString(16)
  return (hex.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(hex.charAt(0), 16)))
}

/** About 64 bits of the fraction times 2^shift; the last one says whether anything follows, so that rounding sees no false tie. */
function withSticky(numerator: bigint, denominator: bigint, shift: number): bigint {
  const [dividend, divisor] =
    shift >= 0 ? [numerator << BigInt(shift), denominator] : [numerator, denominator << BigInt(-shift)]
  const quotient = dividend / divisor
  return quotient * divisor === dividend ? quotient : quotient | 1n
}

/** The platform rounds a BigInt to the nearest float, ties to even; powers of two then change the exponent alone. */
function scaled(bits: bigint, exponent: number): number {
  const half = Math.trunc(exponent / 2)
  return Number(bits) * 2 ** half * 2 ** (exponent - half)
}

/** In whole units of 2^-1074, the smallest float. */
function subnormal(numerator: bigint, denominator: bigint): number {
  const dividend = numerator << 1074n
  const quotient = dividend / denominator
  const rest = (dividend - quotient * denominator) * 2n
  const up = rest > denominator || (rest === denominator && quotient % 2n === 1n)
  return Number(up ? quotient + 1n : quotient) * Number.MIN_VALUE
}
