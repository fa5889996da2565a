// Tables of odd and plain cells.
import type { TestTable, TestValue } from './engine.fixture.ts'

export function randomTable(random: (limit: number) => number): TestTable {
  const texts = [
    '',
    '0',
    '1',
    '7',
    '-2',
    '10',
    '3.5',
    '3.50',
    'a',
    'ab',
    'abc',
    'b%',
    'é',
    '1e1',
    '007',
    '99999999999999999999',
  ]
  const value = (): TestValue => {
    const text = texts[random(texts.length)] ?? ''
    const choice = random(16)
    if (choice === 0) return null
    if (choice === 1) return undefined
    return choice === 2 ? { escaped: text } : text
  }
  return { names: ['a', 'b', 'c'], rows: Array.from({ length: random(30) }, () => [value(), value(), value()]) }
}
