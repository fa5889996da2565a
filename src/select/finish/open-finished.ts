// Statements that take more than one pass over one object: each source is scanned into a table, and SQLite does the rest.
import { assert } from '../../assert.ts'
import { S3Error } from '../../errors.ts'
import { Arena } from '../../kernels/select/arena.ts'
import { selectWriterBytes } from '../../limits.ts'
import type { ObjectSource } from '../batch.ts'
import type { SourceFacts } from '../bind/source-scope.ts'
import { needsFinisher } from '../bind/statement-sources.ts'
import { faultOf } from '../exec/scan.ts'
import { factsOf, openNamedWriter, type EngineSetup, type SelectRun } from '../select.ts'
import type { Pass } from '../gate.ts'
import type { SelectRequest } from '../request.ts'
import { parseStatement } from '../sql/parse-statement.ts'
import type { FinishPlan } from './finish-plan.ts'
import { FinishedRun } from './finished-run.ts'
import { checkSources } from './objects-beside.ts'
import { recordsOfObject, type RecordSource } from './record-source.ts'
import { finishSources, planFinish } from './sqlite-sql.ts'

export interface FinishSetup extends EngineSetup {
  /** Opens another object that the statement reads. Rejects with S3Error where there is none, or it may not be read. */
  openOther: (object: { bucket: string; key: string }) => Promise<ObjectSource>
  /** Left as soon as the tables are given back: memory has room for few. */
  turn?: Pass | null
  /** For tests. */
  loopRowsMax?: number
}

/** What a statement reads, and how; in the order of the plan's leaves. */
export interface Finishing {
  request: SelectRequest
  plan: FinishPlan
  sources: RecordSource[]
}

/**
 * Null where one pass over `own`, what the request names, answers the statement. Rejects with S3Error where the statement, an object or one of the
 * first records is at fault; the run's `next` with those that come later.
 */
export async function openFinished(
  request: SelectRequest,
  own: RecordSource,
  setup: FinishSetup,
): Promise<SelectRun | null> {
  const statement = parseStatement(request.expression, request.dialect)
  if (!needsFinisher(statement)) return null
  if (request.scanRange !== null) throw new S3Error('UnsupportedScanRangeInput')
  checkSources(statement)
  const wanted = finishSources(statement)
  try {
    const opened = new Map<string, RecordSource>()
    const sources: RecordSource[] = []
    for (const { object } of wanted) sources.push(object === null ? own : await openOnce(object, opened, setup))
    const known = new Map<RecordSource, SourceFacts>()
    for (const one of new Set(sources)) known.set(one, await factsOfSource(request, one, setup))
    const plan = planFinish(
      statement,
      sources.flatMap((one) => known.get(one) ?? []),
    )
    return await new FinishedRun({ request, plan, sources }, setup, openWriter(request, plan, setup)).begin()
  } catch (error) {
    throw faultOf(error)
  }
}

async function openOnce(
  object: { bucket: string; key: string },
  opened: Map<string, RecordSource>,
  { openOther }: FinishSetup,
): Promise<RecordSource> {
  const name = `${object.bucket}/${object.key}`
  const source = opened.get(name) ?? recordsOfObject(await openOther(object))
  opened.set(name, source)
  return source
}

/** What is known of the records before they are read. */
async function factsOfSource(
  request: SelectRequest,
  source: RecordSource,
  { kernels, arena, tuning = {} }: FinishSetup,
): Promise<SourceFacts> {
  const { input } = request
  // Nothing is read for names the format does not have.
  if (input.format === 'JSON' || (input.format === 'CSV' && input.header !== 'USE')) {
    return factsOf(request, { names: null }, source.keyColumn)
  }
  const mark = arena.mark()
  const reader = await source.open({ request, from: [], kernels, arena, tuning })
  try {
    return factsOf(request, reader, source.keyColumn)
  } finally {
    await reader.close()
    arena.release(mark)
  }
}

/** The writer of the answer, whose memory is its own. */
function openWriter(request: SelectRequest, plan: FinishPlan, { kernels, arena }: FinishSetup) {
  const bytes = selectWriterBytes[request.output.format]
  const memory = { kernels, arena: new Arena(kernels.memory, arena.allocate(bytes), bytes) }
  const output = plan.leaves[0]?.query.output
  assert(output !== undefined, 'A statement reads something')
  if (plan.sql !== null) return openNamedWriter(request, plan.names, memory)
  return openNamedWriter(request, output.kind === 'star' ? [] : output.projections.map(({ name }) => name), memory)
}
