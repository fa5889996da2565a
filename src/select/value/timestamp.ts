/** As much of a moment as was written. */
export type TimestampPrecision = 'year' | 'month' | 'day' | 'minute' | 'second' | 'fraction'

/** A moment with the precision and the offset it was written with, as Ion has them. https://amazon-ion.github.io/ion-docs/docs/spec.html#timestamp */
export class Timestamp {
  /** Nanoseconds since 1970, UTC. */
  readonly nanoseconds: bigint
  readonly precision: TimestampPrecision
  /** Digits of the fraction of the second, 0 to 9. */
  readonly fractionDigits: number
  /** Minutes east of UTC; null when unknown (`-00:00`, and precisions without a time). */
  readonly offsetMinutes: number | null

  constructor(facts: {
    nanoseconds: bigint
    precision: TimestampPrecision
    fractionDigits?: number
    offsetMinutes: number | null
  }) {
    this.nanoseconds = facts.nanoseconds
    this.precision = facts.precision
    this.fractionDigits = facts.fractionDigits ?? 0
    this.offsetMinutes = facts.offsetMinutes
  }
}
