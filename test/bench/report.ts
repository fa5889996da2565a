// Results as tables of text.
import { onTopMicrosecondsMax } from './authorisation.ts'
import { memoryBudget } from './memory.ts'
import type { MemoryRow } from './memory.ts'
import type { PolicyRow } from './policy.ts'
import type { SweepRow } from './inline-sweep.ts'
import { MiB } from './requests.ts'
import type { Row } from './rows.ts'
import type { HttpResult } from './select/over-http.ts'
import type { SelectResult } from './select/measure-select.ts'
import type { Summary } from './slice.ts'

export interface Result {
  row: Row
  connections: number
  measured: Summary
  reference: Summary
  /** Median over rounds of measured by reference. */
  ratio: number
}

type Cells = readonly string[]

export const resultHeader: Cells = [
  'row',
  'conn',
  'per s',
  'MB/s',
  'p50 ms',
  'p99 ms',
  'CPU ms',
  'against',
  'per s',
  'CPU ms',
  'CPU ratio',
  'ratio',
  'target',
]

export function resultCells({ row, connections, measured, reference, ratio }: Result): Cells {
  return [
    row.name,
    String(connections),
    digits(measured.perSecond),
    row.bytes === undefined ? '' : digits((measured.perSecond * row.bytes) / 1e6),
    digits(measured.p50),
    digits(measured.p99),
    cpu(measured),
    row.against,
    digits(reference.perSecond),
    cpu(reference),
    quotient(reference.cpuPerOperation, measured.cpuPerOperation),
    ratio.toFixed(2),
    verdict(ratio, row.atLeast),
  ]
}

export const memoryHeader: Cells = ['memory', 'idle MiB', 'peak over idle MiB', 'target']

export function memoryCells({ what, idle, peak, isOurs }: MemoryRow): Cells {
  const met = peak <= memoryBudget ? 'met' : 'not met'
  return [what, digits(idle), digits(peak), isOurs ? `<= ${memoryBudget} ${met}` : '']
}

export const policyHeader: Cells = ['policy', 'per s', 'us', 'target']

export function policyCells({ what, perSecond, atLeast }: PolicyRow): Cells {
  const met = perSecond >= atLeast ? 'met' : 'not met'
  return [what, digits(perSecond), digits(1e6 / perSecond), `>= ${atLeast} ${met}`]
}

export const selectHeader: Cells = ['select', 'MB/cpu-s', 'DuckDB', 'ratio', 'target', 'beside', 'ratio', 'target']

export function selectCells({ row, megabytesPerSecond, duckdb, ratio, besideRatio }: SelectResult): Cells {
  return [
    row.name,
    digits(megabytesPerSecond),
    duckdb === null ? '' : digits(duckdb),
    ratio === null ? '' : ratio.toFixed(2),
    ratio === null ? '' : verdict(ratio, row.atLeast),
    row.beside ?? '',
    besideRatio === null ? '' : besideRatio.toFixed(2),
    besideRatio === null ? '' : verdict(besideRatio, row.besideAtLeast),
  ]
}

export const httpHeader: Cells = ['select over HTTP', 'GET MB/s', 'Select MB/s', 'ratio', 'target']

export function httpCells({
  name,
  getMegabytesPerSecond,
  selectMegabytesPerSecond,
  ratio,
  atLeast,
}: HttpResult): Cells {
  return [
    name,
    digits(getMegabytesPerSecond),
    digits(selectMegabytesPerSecond),
    ratio.toFixed(2),
    verdict(ratio, atLeast),
  ]
}

export const onTopHeader: Cells = ['authorisation', 'conn', 'CPU us', 'against CPU us', 'on top us', 'target us']

/** What a request costs more than in the pipeline that asks nobody for anything. */
export function onTopCells({ row, connections, measured, reference }: Result): Cells {
  const [own, base] = [measured.cpuPerOperation, reference.cpuPerOperation]
  if (own === null || base === null) return [row.name, String(connections), '', '', '', '']
  const onTop = (own - base) * 1000
  const met = onTop <= onTopMicrosecondsMax ? 'met' : 'not met'
  return [
    row.name,
    String(connections),
    digits(own * 1000),
    digits(base * 1000),
    digits(onTop),
    `<= ${onTopMicrosecondsMax} ${met}`,
  ]
}

export const sweepHeader: Cells = [
  'body',
  'KiB',
  'conn',
  'inline per s',
  'CPU ms',
  'extents per s',
  'CPU ms',
  'ratio',
  'CPU ratio',
]

export function sweepCells({ what, bytes, connections, inline, extents, ratio }: SweepRow): Cells {
  return [
    what,
    String((bytes / MiB) * 1024),
    String(connections),
    digits(inline.perSecond),
    cpu(inline),
    digits(extents.perSecond),
    cpu(extents),
    ratio.toFixed(2),
    quotient(extents.cpuPerOperation, inline.cpuPerOperation),
  ]
}

/** Columns as wide as their widest cell; numbers to the right. */
export function table(header: Cells, lines: readonly Cells[]): string {
  const rows = [header, ...lines]
  const widths = header.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)))
  const isNumeric = header.map((_, column) => lines.every((cells) => /^[\d.,]*$/.test(cells[column] ?? '')))
  const format = (cells: Cells) =>
    cells.map((cell, column) => {
      const width = widths[column] ?? 0
      return isNumeric[column] === true ? cell.padStart(width) : cell.padEnd(width)
    })
  return `${rows.map((cells) => format(cells).join('  ').trimEnd()).join('\n')}\n`
}

function verdict(ratio: number, atLeast: number | undefined): string {
  if (atLeast === undefined) return ''
  return `>= ${atLeast.toFixed(2)} ${ratio >= atLeast ? 'met' : 'not met'}`
}

function quotient(above: number | null, below: number | null): string {
  return above === null || below === null || below === 0 ? '' : (above / below).toFixed(2)
}

function cpu({ cpuPerOperation }: Summary): string {
  return cpuPerOperation === null ? '' : digits(cpuPerOperation)
}

/** Three digits that count. */
function digits(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)))
}
