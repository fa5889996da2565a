// Elements of a SelectObjectContent request: words, flags and delimiters. No I/O, no clock.
import { S3Error, type S3ErrorCode } from '../../errors.ts'
import { childElement, type XmlElement } from '../xml.ts'

/** The text of an element that must be there and not be empty. Throws MissingRequiredParameter. */
export function required(parent: XmlElement, name: string): string {
  const text = childElement(parent, name)?.text.trim() ?? ''
  if (text === '') throw new S3Error('MissingRequiredParameter', { fields: { ParameterName: name } })
  return text
}

/** Which of the words it is, in whatever letter case. Throws `code`. */
export function choice<Word extends string>(text: string, words: readonly Word[], code: S3ErrorCode): Word {
  const word = words.find((one) => one === text.trim().toUpperCase())
  if (word === undefined) throw new S3Error(code)
  return word
}

/** The same of an element that may be missing or empty. */
export function optionalChoice<Word extends string>(
  parent: XmlElement,
  name: string,
  { words, code }: { words: readonly [byDefault: Word, ...others: Word[]]; code: S3ErrorCode },
): Word {
  const text = childElement(parent, name)?.text.trim() ?? ''
  return text === '' ? words[0] : choice(text, words, code)
}

/** TRUE or FALSE in whatever letter case; false when missing. Throws InvalidRequestParameter. */
export function flag(parent: XmlElement, name: string): boolean {
  const words = ['FALSE', 'TRUE'] as const
  return optionalChoice(parent, name, { words, code: 'InvalidRequestParameter' }) === 'TRUE'
}

/**
 * A delimiter of up to `charactersMax` characters, as it is: a space and a tab are delimiters too. Throws
 * InvalidRequestParameter.
 */
export function delimiter(
  parent: XmlElement,
  name: string,
  { byDefault, charactersMax }: { byDefault: string; charactersMax: number },
): string {
  const text = childElement(parent, name)?.text ?? ''
  if (text === '') return byDefault
  if (Array.from(text).length <= charactersMax) return text
  const characters = charactersMax === 1 ? 'a single character' : `at most ${charactersMax} characters`
  throw invalidParameter(`${name} must be ${characters}`)
}

/** The quote: an empty one stands for no quoting. Throws InvalidRequestParameter. */
export function quoteCharacter(parent: XmlElement): string {
  return childElement(parent, 'QuoteCharacter')?.text === ''
    ? ''
    : delimiter(parent, 'QuoteCharacter', { byDefault: '"', charactersMax: 1 })
}

/** The element of the one format that is named; null when none is. Throws ObjectSerializationConflict for several. */
export function onlyFormat(parent: XmlElement, names: readonly string[]): XmlElement | null {
  const formats = parent.children.filter(({ name }) => names.includes(name))
  if (formats.length > 1) throw new S3Error('ObjectSerializationConflict')
  return formats[0] ?? null
}

export function invalidParameter(message: string): S3Error {
  return new S3Error('InvalidRequestParameter', { message })
}

/** Delimiters that could not be told apart. Throws InvalidRequestParameter. */
export function checkApart(delimiters: { fieldDelimiter: string; recordDelimiter: string; quote: string }): void {
  const { fieldDelimiter, recordDelimiter, quote } = delimiters
  if (fieldDelimiter === recordDelimiter) {
    throw invalidParameter('FieldDelimiter and RecordDelimiter must not be the same')
  }
  if (quote !== '' && (fieldDelimiter.includes(quote) || recordDelimiter.includes(quote))) {
    throw invalidParameter('QuoteCharacter must not be part of a delimiter')
  }
}
