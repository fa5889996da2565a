// The same random rows as CSV, JSON lines, Parquet, a DuckDB table and an SQLite table.
import type { Random } from './random.ts'

export interface Row {
  id: number
  city: string
  qty: number
  /** Hundredths. */
  price: number
  note: string
  tag: string
}

export const columns = ['id', 'city', 'qty', 'price', 'note', 'tag'] as const
export type Column = (typeof columns)[number]
export const textColumns = ['city', 'note', 'tag'] as const

export const cities = ['Reykjavik', 'Oslo', 'Bergen', 'Porto', 'Lyon', 'Graz', 'oslo', 'Bern']
export const tags = ['a', 'A', 'ab', 'aB', 'b_', 'b%', 'zz', '']
const pieces = ['x', 'yy', ' ', ',', '"', "'", '\n', '%', '_', 'é', '💧', 'Oslo', '\\', '|', '10', '.5']

export function randomRows(count: number, random: Random): Row[] {
  return Array.from({ length: count }, (_, id) => ({
    id,
    city: random.pick(cities),
    qty: random.below(2001) - 1000,
    price: random.below(100_000),
    note: Array.from({ length: random.below(6) }, () => random.pick(pieces)).join(''),
    tag: random.pick(tags),
  }))
}

export function priceText({ price }: Row): string {
  return `${Math.floor(price / 100)}.${String(price % 100).padStart(2, '0')}`
}

function csvField(value: string): string {
  return /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}

export function csvOf(rows: readonly Row[]): string {
  const line = (row: Row) =>
    [String(row.id), row.city, String(row.qty), priceText(row), row.note, row.tag].map(csvField).join(',')
  return [columns.join(','), ...rows.map(line), ''].join('\n')
}

export function jsonLinesOf(rows: readonly Row[]): string {
  return rows
    .map((row) => {
      const [city, note, tag] = [row.city, row.note, row.tag].map((value) => JSON.stringify(value))
      return `{"id":${row.id},"city":${city},"qty":${row.qty},"price":${priceText(row)},"note":${note},"tag":${tag}}\n`
    })
    .join('')
}

function sqlText(value: string): string {
  return `'${value.replaceAll("'", "''")}'`
}

/** VALUES for a table of id, city, qty, price, note, tag. */
export function sqlValuesOf(rows: readonly Row[]): string {
  return rows
    .map(
      (row) =>
        `(${row.id}, ${sqlText(row.city)}, ${row.qty}, ${priceText(row)}, ${sqlText(row.note)}, ${sqlText(row.tag)})`,
    )
    .join(', ')
}
