/** An exact decimal number: unscaled / 10^scale. `lexeme` is how the input wrote it, where it is passed on unchanged. */
export class Decimal {
  readonly unscaled: bigint
  readonly scale: number
  readonly lexeme: string | null

  constructor(unscaled: bigint, scale: number, lexeme: string | null = null) {
    this.unscaled = unscaled
    this.scale = scale
    this.lexeme = lexeme
  }
}
