// Decimal numbers compared as they are written: 9007199254740993 is not 9007199254740992, as it would be in floating point.
// No I/O, no clock.

/** Sign × 0.digits × 10^magnitude; zero has no digits. */
export interface Decimal {
  sign: -1 | 0 | 1
  /** Without zeros at either end. */
  digits: string
  magnitude: number
}

/** Longer numbers are no numbers of a policy. */
const lengthMax = 256

/** An integer or decimal, with an exponent or without; null for anything else. */
export function parseDecimal(text: string): Decimal | null {
  if (text.length > lengthMax) return null
  const match = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,6}))?$/.exec(text)
  const [, signText, whole = '', fraction = '', exponent = '0'] = match ?? []
  if (match === null || whole + fraction === '') return null
  const digits = whole + fraction
  const leading = digits.length - digits.replace(/^0+/, '').length
  const significant = digits.slice(leading).replace(/0+$/, '')
  if (significant === '') return { sign: 0, digits: '', magnitude: 0 }
  return {
    sign: signText === '-' ? -1 : 1,
    digits: significant,
    magnitude: whole.length - leading + Number(exponent),
  }
}

/** Below 0, 0, above 0: as `a` is less than, equal to or more than `b`. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  if (a.sign !== b.sign) return a.sign - b.sign
  if (a.magnitude !== b.magnitude) return a.sign * (a.magnitude - b.magnitude)
  // Both are fractions below 1 without zeros at their ends: the order of their texts is the order of their values.
  if (a.digits === b.digits) return 0
  return a.sign * (a.digits < b.digits ? -1 : 1)
}
