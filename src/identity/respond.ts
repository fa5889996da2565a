// Answers of the Query protocol. No I/O.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/programming.html
import { element, xmlDeclaration } from '../s3/xml.ts'
import type { Xml } from '../s3/xml.ts'
import type { Service } from './action.ts'
import type { QueryError } from './query-error.ts'

const namespaces: Record<Service, string> = {
  iam: 'https://iam.amazonaws.com/doc/2010-05-08/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
}

/** `<CreateUserResponse>`, with a result unless the action has none. */
export function respondResult(
  action: { name: string; service: Service },
  result: readonly (Xml | null)[] | null,
  requestId: string,
): Response {
  return answer(
    200,
    requestId,
    element(
      `${action.name}Response`,
      [
        result === null ? null : element(`${action.name}Result`, result),
        element('ResponseMetadata', [element('RequestId', requestId)]),
      ],
      { xmlns: namespaces[action.service] },
    ),
  )
}

/** `<ErrorResponse>`. */
export function respondError(error: QueryError, service: Service, requestId: string): Response {
  return answer(
    error.status,
    requestId,
    element(
      'ErrorResponse',
      [
        element('Error', [
          element('Type', error.status >= 500 ? 'Receiver' : 'Sender'),
          element('Code', error.code),
          element('Message', error.message),
        ]),
        element('RequestId', requestId),
      ],
      { xmlns: namespaces[service] },
    ),
  )
}

function answer(status: number, requestId: string, document: Xml): Response {
  return new Response(xmlDeclaration + document, {
    status,
    // Answers carry secrets.
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId, 'cache-control': 'no-store' },
  })
}
