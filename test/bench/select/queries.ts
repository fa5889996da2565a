// The rows of the Select table: our statement, what DuckDB is asked for the same, and the ratio aimed at.
import { csvColumns } from './data.ts'
import type { Files } from './data.ts'

export interface SelectRow {
  name: string
  file: 'csv' | 'json' | 'parquet'
  expression: string
  /** DuckDB's statement; null where there is nothing to compare. */
  duckdb: string | null
  /** A further thing to hold it against. */
  beside?: 'JSON.parse' | 'hyparquet' | 'memcpy'
  besideColumn?: string
  /** The least ratio to DuckDB that is aimed at, and to what is beside. */
  atLeast?: number
  besideAtLeast?: number
  /** Quoted record delimiters are allowed. */
  quoted?: boolean
  /** The answer is compared with DuckDB's first value. */
  isScalar: boolean
}

const wide = "country IN ('IS','DE','NO') AND CAST(qty AS INT) BETWEEN 1000 AND 8000 AND name LIKE 's%'"

/** A statement whose rows are written and dropped. */
function out(statement: string): string {
  return `COPY (${statement}) TO '/dev/null' (FORMAT csv, HEADER false)`
}

export function selectRows(files: Files): SelectRow[] {
  const columns = csvColumns.map((name) => `'${name}': 'VARCHAR'`).join(', ')
  const csv = `read_csv('${files.csv}', header = true, auto_detect = false, delim = ',', quote = '"', escape = '"', columns = {${columns}})`
  const json = `read_json('${files.json}', format = 'newline_delimited', columns = {city: 'VARCHAR', qty: 'BIGINT', name: 'VARCHAR', note: 'VARCHAR', tags: 'STRUCT(day VARCHAR, code VARCHAR)'})`
  const parquet = `'${files.parquet}'`
  const row = (
    name: string,
    file: SelectRow['file'],
    rest: Omit<SelectRow, 'name' | 'file' | 'isScalar'>,
  ): SelectRow => ({
    name,
    file,
    isScalar: /^SELECT (COUNT|SUM)/.test(rest.expression) && !/GROUP BY/.test(rest.expression),
    ...rest,
  })
  return [
    row('select-csv-count', 'csv', {
      expression: 'SELECT COUNT(*) FROM S3Object s',
      duckdb: `SELECT count(*) FROM ${csv}`,
      beside: 'memcpy',
      besideAtLeast: 0.5,
      atLeast: 10,
    }),
    row('select-csv-equal', 'csv', {
      expression: "SELECT COUNT(*) FROM S3Object s WHERE s.city = 'Reykjavik'",
      duckdb: `SELECT count(*) FROM ${csv} WHERE city = 'Reykjavik'`,
      atLeast: 8,
    }),
    row('select-csv-like', 'csv', {
      expression: "SELECT COUNT(*) FROM S3Object s WHERE s.note LIKE '%signature header%'",
      duckdb: `SELECT count(*) FROM ${csv} WHERE note LIKE '%signature header%'`,
      atLeast: 8,
    }),
    row('select-csv-cast-2-columns', 'csv', {
      expression: 'SELECT s.name, s.code FROM S3Object s WHERE CAST(s.qty AS INT) > 9900',
      duckdb: out(`SELECT name, code FROM ${csv} WHERE CAST(qty AS INTEGER) > 9900`),
      atLeast: 5,
    }),
    row('select-csv-where-sum', 'csv', {
      expression: `SELECT SUM(CAST(price AS DECIMAL)) FROM S3Object s WHERE ${wide}`,
      duckdb: `SELECT sum(CAST(price AS DECIMAL(18,2))) FROM ${csv} WHERE ${wide}`,
      atLeast: 5,
    }),
    row('select-csv-group-by', 'csv', {
      expression: 'SELECT s.city, COUNT(*), SUM(CAST(s.qty AS INT)) FROM S3Object s GROUP BY s.city',
      duckdb: out(`SELECT city, count(*), sum(CAST(qty AS INTEGER)) FROM ${csv} GROUP BY city`),
      atLeast: 3.5,
    }),
    row('select-csv-all-rows-2-columns', 'csv', {
      expression: 'SELECT s.name, s.code FROM S3Object s',
      duckdb: out(`SELECT name, code FROM ${csv}`),
    }),
    row('select-json-path', 'json', {
      expression: "SELECT COUNT(*) FROM S3Object s WHERE s.city = 'Reykjavik'",
      duckdb: `SELECT count(*) FROM ${json} WHERE city = 'Reykjavik'`,
      atLeast: 3,
      beside: 'JSON.parse',
      besideAtLeast: 12,
    }),
    row('select-json-number', 'json', {
      expression: 'SELECT COUNT(*) FROM S3Object s WHERE s.qty > 9900',
      duckdb: `SELECT count(*) FROM ${json} WHERE qty > 9900`,
      atLeast: 3,
    }),
    row('select-json-like', 'json', {
      expression: "SELECT COUNT(*) FROM S3Object s WHERE s.note LIKE '%signature header%'",
      duckdb: `SELECT count(*) FROM ${json} WHERE note LIKE '%signature header%'`,
      atLeast: 8,
    }),
    row('select-parquet-dictionary', 'parquet', {
      expression: "SELECT COUNT(*) FROM S3Object s WHERE s.city = 'Reykjavik'",
      duckdb: `SELECT count(*) FROM ${parquet} WHERE city = 'Reykjavik'`,
      atLeast: 0.9,
      beside: 'hyparquet',
      besideColumn: 'city',
      besideAtLeast: 12,
    }),
    row('select-parquet-plain-text', 'parquet', {
      expression: "SELECT COUNT(*) FROM S3Object s WHERE s.code = 'deadbeef'",
      duckdb: `SELECT count(*) FROM ${parquet} WHERE code = 'deadbeef'`,
      atLeast: 1.2,
      beside: 'hyparquet',
      besideColumn: 'code',
      besideAtLeast: 12,
    }),
    row('select-parquet-number', 'parquet', {
      expression: 'SELECT COUNT(*) FROM S3Object s WHERE s.qty > 9900',
      duckdb: `SELECT count(*) FROM ${parquet} WHERE qty > 9900`,
    }),
    row('select-parquet-group-by', 'parquet', {
      expression: 'SELECT s.city, COUNT(*), SUM(s.qty) FROM S3Object s GROUP BY s.city',
      duckdb: out(`SELECT city, count(*), sum(qty) FROM ${parquet} GROUP BY city`),
    }),
  ]
}
