// A batch of a Parquet scan.
import { cellKind } from '../../../kernels/select/cells.ts'
import type { Vector } from '../../../kernels/select/cells.ts'
import type { Batch } from '../../batch.ts'
import { MISSING } from '../../value/value.ts'
import type { Value } from '../../value/value.ts'
import { guarded } from './faults.ts'
import type { ScanContext } from './scan-context.ts'

/** One column of a statement. */
export interface OutputColumn {
  vector(): Vector
  value(row: number): Value
}

export class ParquetBatch implements Batch {
  readonly rows: number
  readonly #columns: readonly OutputColumn[]

  constructor(rows: number, columns: readonly OutputColumn[]) {
    this.rows = rows
    this.#columns = columns
  }

  vector(column: number): Vector {
    return guarded(() => this.#columns[column]?.vector() ?? { type: 'opaque' })
  }

  value(column: number, row: number): Value {
    return guarded(() => this.#columns[column]?.value(row))
  }

  /** Parquet has no bytes that stand for a record. */
  records(): null {
    return null
  }
}

/** A column the file does not have. */
export function missingColumn({ pool }: ScanContext, rowsMax: number): OutputColumn {
  const kinds = pool.allocate(rowsMax)
  const cells = pool.allocate(rowsMax * 4)
  pool.u8.fill(cellKind.missing, kinds, kinds + rowsMax)
  pool.u8.fill(0, cells, cells + rowsMax * 4)
  return {
    vector: () => ({ type: 'cells', starts: cells, ends: cells, kinds }),
    value: () => MISSING,
  }
}
