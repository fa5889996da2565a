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

/** An answer, and how long its body is. */
export interface QueryAnswer {
  response: Response
  bytes: number
}

/** `<CreateUserResponse>`, with a result unless the action has none. */
export function respondResult(
  action: { name: string; service: Service },
  result: readonly (Xml | null)[] | null,
  requestId: string,
): QueryAnswer {
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
export function respondError(error: QueryError, service: Service, requestId: string): QueryAnswer {
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

function answer(status: number, requestId: string, document: Xml): QueryAnswer {
  const body = new TextEncoder().encode(xmlDeclaration + document)
  const response = new Response(body, {
    status,
    // Answers carry secrets.
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId, 'cache-control': 'no-store' },
  })
  return { response, bytes: body.length }
}
