// What a run is told on its command line.
import { parseArgs } from 'node:util'
import { furtherRows, quickRows } from './rows.ts'

export interface Options {
  /** Names or beginnings of names; null for all rows. */
  rows: string[] | null
  rounds: number
  /** Of a slice; slices of slow rows take three times as long. */
  seconds: number
}

export const usage = `npm run bench -- [--rows get-4k,put,memory] [--rounds 5] [--seconds 1] [--quick]
  --rows     names or beginnings of names of rows; also memory, policy, authorisation, and inline (only when named)
  --rounds   slices of each side of a row
  --seconds  length of a slice
  --quick    fewer rows, 3 rounds, 0.5 seconds: below two minutes
`

/** The options, or a sentence that says what is wrong. */
export function readOptions(args: string[]): Options | string {
  try {
    const { values } = parseArgs({
      args,
      options: {
        rows: { type: 'string' },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        quick: { type: 'boolean', default: false },
      },
    })
    const rounds = Number(values.rounds ?? (values.quick ? 3 : 5))
    const seconds = Number(values.seconds ?? (values.quick ? 0.5 : 1))
    if (!Number.isSafeInteger(rounds) || rounds < 1) return '--rounds must be a whole number above 0'
    if (!(seconds > 0 && seconds <= 60)) return '--seconds must be a number above 0 and up to 60'
    const rows = values.rows?.split(',') ?? (values.quick ? quickRows : null)
    return { rows, rounds, seconds }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** Whether any row of the table may be among those asked for. */
export function wantsTable({ rows }: Options): boolean {
  return rows === null || rows.some((row) => !furtherRows.some((further) => row.startsWith(further)))
}

/** Whether a row was asked for: by its name, by its beginning, or as one of all. */
export function isWanted(name: string, { rows }: Options): boolean {
  return rows === null || rows.some((row) => name.startsWith(row))
}
