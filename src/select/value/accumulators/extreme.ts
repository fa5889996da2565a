// MIN and MAX. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-aggregate.html
import { S3Error } from '../../../errors.ts'
import { compareTexts, isNumeric, orderValues } from '../compare.ts'
import type { Numeric } from '../compare.ts'
import { Decimal, trimDecimal } from '../decimal.ts'
import { formatText } from '../format.ts'
import { parseNumber } from '../number.ts'
import { Timestamp } from '../timestamp.ts'
import type { Value } from '../value.ts'
import { restoreValue, saveValue } from './saved-value.ts'
import type { SavedValue } from './saved-value.ts'
import { savedOf } from './saved.ts'

export interface SavedExtreme {
  of: 'MIN' | 'MAX'
  number: SavedValue
  text: string | null
  hasPlainText: boolean
  other: SavedValue
}

/**
 * Numbers, and text that is a number, count as numbers; but once a text is none, all of them count as text. Timestamps go
 * with timestamps alone, and BOOL with BOOL. A number is given without its lexeme and without trailing zeros after the
 * point, so that it does not matter which of 1.5 and 1.50 came first; of equal timestamps the first stays.
 */
export class ExtremeAccumulator {
  readonly #function: 'MIN' | 'MAX'
  readonly #sign: 1 | -1
  #number: Numeric | null = null
  #text: string | null = null
  #hasPlainText = false
  #other: boolean | Timestamp | null = null

  constructor(name: 'MIN' | 'MAX') {
    this.#function = name
    this.#sign = name === 'MIN' ? 1 : -1
  }

  /** IncorrectSqlFunctionArgumentType for lists and structs, and for types that do not go together. */
  add(value: Value): void {
    if (value === null || value === undefined) return
    if (typeof value === 'boolean' || value instanceof Timestamp) this.#addOther(value)
    else if (typeof value === 'string') {
      const number = parseNumber(value)
      if (number === null) this.#hasPlainText = true
      else this.#addNumber(number)
      this.#addText(value)
    } else if (isNumeric(value)) {
      this.#addNumber(value)
      this.#addText(formatText(value))
    } else throw wrongTypes()
    if (this.#other !== null && this.#text !== null) throw wrongTypes()
  }

  #addNumber(value: Numeric): void {
    if (this.#number === null || orderValues(value, this.#number) * this.#sign < 0) this.#number = value
  }

  #addText(text: string): void {
    if (this.#text === null || compareTexts(text, this.#text) * this.#sign < 0) this.#text = text
  }

  #addOther(value: boolean | Timestamp): void {
    if (this.#other !== null && typeof this.#other !== typeof value) throw wrongTypes()
    if (this.#other === null || orderValues(value, this.#other) * this.#sign < 0) this.#other = value
  }

  result(): Value {
    if (this.#other !== null) return this.#other
    if (this.#hasPlainText) return this.#text
    return this.#number instanceof Decimal ? trimDecimal(this.#number) : this.#number
  }

  save(): SavedExtreme {
    return {
      of: this.#function,
      number: saveValue(this.#number),
      text: this.#text,
      hasPlainText: this.#hasPlainText,
      other: saveValue(this.#other),
    }
  }

  merge(saved: { of: string }): void {
    const { number, text, hasPlainText, other } = savedOf<SavedExtreme>(saved, this.#function)
    const restored = restoreValue(number)
    if (isNumeric(restored)) this.#addNumber(restored)
    if (text !== null) this.#addText(text)
    this.#hasPlainText ||= hasPlainText
    const restoredOther = restoreValue(other)
    if (typeof restoredOther === 'boolean' || restoredOther instanceof Timestamp) this.#addOther(restoredOther)
    if (this.#other !== null && this.#text !== null) throw wrongTypes()
  }
}

function wrongTypes(): S3Error {
  return new S3Error('IncorrectSqlFunctionArgumentType', { reason: 'MIN and MAX cannot order such values' })
}
