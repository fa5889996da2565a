// What a statement of several passes reads beside the request's own object. No I/O, no clock.
import { S3Error } from '../../errors.ts'
import { selectObjectsMax } from '../../limits.ts'
import { joinedObjects, needsFinisher } from '../bind/statement-sources.ts'
import type { SelectRequest } from '../request.ts'
import type { Query } from '../sql/ast.ts'
import { parseStatement } from '../sql/parse-statement.ts'
import { finishSources } from './sqlite-sql.ts'

/**
 * Each object once, in the order written; null for a statement of one pass. Throws S3Error for a statement that cannot be
 * parsed, or that reads too much.
 */
export function objectsBeside({ expression, dialect }: SelectRequest): { bucket: string; key: string }[] | null {
  const statement = parseStatement(expression, dialect)
  if (!needsFinisher(statement)) return null
  checkSources(statement)
  return joinedObjects(statement)
}

/** Throws UnsupportedSqlStructure. */
export function checkSources(statement: Query): void {
  if (finishSources(statement).length <= selectObjectsMax) return
  throw new S3Error('UnsupportedSqlStructure', {
    message: `A statement can read at most ${selectObjectsMax} objects.`,
  })
}
