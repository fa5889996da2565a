// Random CSV files and what reads them, from a seed.
import type { CsvCase } from './csv.fixture.ts'
import { randomFrom } from '../../support/random.ts'

export interface RandomFile {
  text: string
  facts: CsvCase
}

const pick = <T>(random: (limit: number) => number, options: readonly T[]): T => options[random(options.length)] as T

/** A file: every third is soup, the others are what a writer of CSV makes. */
export function randomFile(seed: number): RandomFile {
  const random = randomFrom(seed)
  const quote = pick(random, ['"', '"', '"', "'", '', '“'])
  const input = {
    recordDelimiter: pick(random, ['\n', '\n', '\n', '\r\n', ';', '|;', '♠']),
    fieldDelimiter: pick(random, [',', ',', '\t', '¦', '→', '||']),
    quote,
    escape: pick(random, [quote, quote, '\\']),
    comments: pick(random, ['#', '#', '', '##', '!']),
    allowQuotedRecordDelimiter: random(3) > 0,
  }
  const facts: CsvCase = {
    input,
    dialect: pick(random, ['aws', 'aws', 'lenient'] as const),
    tuning: { windowBytes: pick(random, [64, 65, 100, 333, 1024, 65_536]) },
  }
  const { recordDelimiter, fieldDelimiter, escape, comments, allowQuotedRecordDelimiter } = input
  const letters = ['a', 'b', 'needle', 'x y', 'ü', '0', '-', '日本', '#', '!', "'", '\r', '\\', '', '']
  const special = [recordDelimiter, fieldDelimiter, quote, quote, escape, comments, '\n', '\r\n', ',', '"']
  const soup = () => (random(3) === 0 ? pick(random, special) : pick(random, letters))
  const many = (make: () => string, limit: number) => Array.from({ length: random(limit) }, make).join('')
  const start = random(10) === 0 ? '\ufeff' : ''
  if (random(3) === 0) return { text: start + many(soup, pick(random, [10, 60, 400])), facts }

  const clean = () => {
    let text = many(() => pick(random, letters), pick(random, [2, 4, 12]))
    for (const symbol of [recordDelimiter, fieldDelimiter, quote, escape, '\r', '#', '!']) {
      if (symbol !== '') text = text.replaceAll(symbol, '')
    }
    return text
  }
  const quoted = () => {
    const inner = many(
      () => {
        const part = random(4) === 0 ? pick(random, special) : pick(random, letters)
        return part === recordDelimiter && !allowQuotedRecordDelimiter ? '' : part
      },
      pick(random, [2, 6, 40]),
    )
    const cleaned = allowQuotedRecordDelimiter ? inner : inner.replaceAll(recordDelimiter, '').replaceAll(';', '')
    return quote + cleaned.replaceAll(escape, escape + escape).replaceAll(quote, (escape || quote) + quote) + quote
  }
  const field = () => (quote !== '' && random(6) === 0 ? quoted() : clean())
  const record = () => {
    const kind = random(40)
    if (kind === 0) return ''
    if (kind === 1) return `${comments || 'c'}${random(3) === 0 ? quote : ''} comment`
    if (kind === 2) return many(soup, 6)
    return Array.from({ length: 1 + random(pick(random, [2, 6, 30])) }, field).join(fieldDelimiter)
  }
  const records = Array.from({ length: random(pick(random, [3, 20, 120])) }, record)
  return { text: start + records.join(recordDelimiter) + (random(2) === 0 ? recordDelimiter : ''), facts }
}
