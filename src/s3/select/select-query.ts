// What a request for S3 Select asks, of one object or of many. No I/O, no clock.
import { S3Error } from '../../errors.ts'
import { invalidArgument } from '../invalid-argument.ts'
import { bucketDialect, requestedDialect } from './dialect.ts'
import { invalidParameter } from './fields.ts'
import { parseSelectDocument, type SelectDocument } from './parse-document.ts'
import { defaultCsvOutput, isBareJson } from './parse-output.ts'
import type { Dialect, SelectRequest } from '../../select/request.ts'
import type { Context, Query } from '../operation.ts'
import { childElement, type XmlElement } from '../xml.ts'

export interface SelectQuery {
  document: SelectDocument
  /** Null: the bucket's, or the deployment's. */
  dialect: Dialect | null
  /** The answer is lines of JSON and no event stream. */
  asLines: boolean
  /** The output is JSON without a RecordDelimiter. */
  bareJson: boolean
}

/** Throws S3Error. */
export function parseSelectQuery({
  query,
  headers,
  xml,
}: {
  query: Query
  headers: Headers
  xml: XmlElement | null
}): SelectQuery {
  const type = query.get('select-type')
  if (type !== '2') throw invalidArgument('select-type', type ?? '', 'select-type must be 2')
  if (headers.has('range')) throw new S3Error('UnsupportedRangeHeader')
  const dialect = requestedDialect(headers)
  const document = parseSelectDocument(xml)
  const asLines = wantsLines(headers)
  if (asLines) checkLines(document)
  const bareJson = xml !== null && !asLines && isBareJson(childElement(xml, 'OutputSerialization'))
  return { document, dialect, asLines, bareJson }
}

/** `Accept` names the media type of newline-delimited JSON. */
function wantsLines(headers: Headers): boolean {
  const accepted = (headers.get('accept') ?? '').toLowerCase().split(',')
  return accepted.some((one) => one.split(';')[0]?.trim() === 'application/x-ndjson')
}

function checkLines({ output }: SelectDocument): void {
  if (output.format === 'JSON' && output.recordDelimiter === '\n') return
  throw invalidParameter('application/x-ndjson needs JSON in OutputSerialization, with a newline as RecordDelimiter')
}

/** What the engine is asked, now that the bucket is known. */
export function selectRequest({ document, bareJson, ...query }: SelectQuery, context: Context): SelectRequest {
  const dialect = query.dialect ?? bucketDialect(context.bucket) ?? context.selectDialect
  const output = dialect === 'lenient' && bareJson ? defaultCsvOutput : document.output
  return { ...document, output, dialect }
}

/** AWS answers nobody who does not sign: https://docs.aws.amazon.com/AmazonS3/latest/API/API_SelectObjectContent.html */
export function refuseAnonymous({ identity }: Pick<Context, 'identity'>): void {
  if (identity.kind !== 'anonymous') return
  throw new S3Error('AccessDenied', { message: 'Anonymous users cannot query objects. Please authenticate.' })
}
