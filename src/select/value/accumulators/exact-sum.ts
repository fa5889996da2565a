// Sums of floats without any rounding, so that they depend on no order. No I/O, no clock.
/** Every float is a whole number of these: 2^-1074. */
const unitExponent = -1074

/** Floats from here on are added as whole units: sums of smaller ones do not overflow. */
const largeFloat = 2 ** 900

/** A sum as text: whole units of 2^exponent. Floats that are no number or infinite are summed apart, as floats. */
export interface SavedExactSum {
  units: string
  exponent: number
  /** `NaN`, `Infinity`, `-Infinity`, or null where there are none. */
  special: string | null
}

/**
 * Keeps a sum as a few floats that have no bit in common, the small ones first: adding one leaves what was rounded away as
 * another. Shewchuk, Adaptive Precision Floating-Point Arithmetic, 1997: https://people.eecs.berkeley.edu/~jrs/papers/robustr.pdf
 */
export class ExactSum {
  readonly #parts: number[] = []
  /** Beside the parts, in units of 2^-1074. */
  #units = 0n
  #special: number | null = null

  add(value: number): void {
    if (!Number.isFinite(value)) {
      this.#special = (this.#special ?? 0) + value
      return
    }
    if (value >= largeFloat || value <= -largeFloat) {
      this.#units += unitsOf(value)
      return
    }
    const parts = this.#parts
    let kept = 0
    let sum = value
    for (const part of parts) {
      const high = sum + part
      const rest = Math.abs(sum) < Math.abs(part) ? sum - (high - part) : part - (high - sum)
      if (rest !== 0) parts[kept++] = rest
      sum = high
    }
    parts.length = kept
    if (sum !== 0) parts.push(sum)
  }

  /** Adds units of 2^exponent. Bits below the smallest float are not there. */
  addUnits(units: bigint, exponent: number): void {
    const shift = exponent - unitExponent
    this.#units += shift >= 0 ? units << BigInt(shift) : units >> BigInt(-shift)
  }

  /** In units of 2^-1074. */
  #total(): bigint {
    let total = this.#units
    for (const part of this.#parts) total += unitsOf(part)
    return total
  }

  /** The exact sum as a fraction. */
  fraction(): { numerator: bigint; denominator: bigint } {
    return { numerator: this.#total(), denominator: 1n << BigInt(-unitExponent) }
  }

  /** The sum of the floats that are no number or infinite; null where there are none. */
  get special(): number | null {
    return this.#special
  }

  save(): SavedExactSum {
    let units = this.#total()
    let exponent = unitExponent
    // Mostly zeros at the end: they need not be written.
    while (units !== 0n && (units & 0xffff_ffffn) === 0n) {
      units >>= 32n
      exponent += 32
    }
    return { units: units.toString(), exponent, special: this.#special === null ? null : String(this.#special) }
  }

  merge({ units, exponent, special }: SavedExactSum): void {
    this.addUnits(BigInt(units), exponent)
    if (special !== null) this.#special = (this.#special ?? 0) + Number(special)
  }
}

const bits = new DataView(new ArrayBuffer(8))

/** A float in units of 2^-1074. */
function unitsOf(value: number): bigint {
  bits.setFloat64(0, value)
  const high = bits.getUint32(0)
  const exponent = (high >>> 20) & 0x7ff
  // Subnormals have no leading bit, and the exponent of the smallest normals.
  const leading = exponent === 0 ? 0 : 0x100000
  const mantissa = BigInt((high & 0xfffff) + leading) * 0x1_0000_0000n + BigInt(bits.getUint32(4))
  const units = mantissa << BigInt(Math.max(exponent, 1) - 1)
  return value < 0 ? -units : units
}
