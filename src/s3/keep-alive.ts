// Long completes: 200 goes out early, white space keeps the connection, the result or an Error ends the body.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html ("periodically sends white space")
import { S3Error } from '../errors.ts'
import { element, xmlDeclaration } from './xml.ts'
import type { Context, S3Response } from './operation.ts'

export interface KeepAliveTimes {
  /** An answer ready before this goes out as it is, with its own status. */
  afterMilliseconds: number
  everyMilliseconds: number
}

const keepAliveTimes: KeepAliveTimes = { afterMilliseconds: 5_000, everyMilliseconds: 5_000 }

const utf8 = new TextEncoder()

/** The answer of `work`, or when it takes its time a 200 whose body holds the answer, be it an error, once it is there. */
export async function withKeepAlive(
  work: Promise<S3Response>,
  context: Pick<Context, 'requestId' | 'waitUntil'>,
  times: KeepAliveTimes = keepAliveTimes,
): Promise<S3Response> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), times.afterMilliseconds)
  })
  try {
    const early = await Promise.race([work, late])
    if (early !== null) return early
  } finally {
    clearTimeout(timer)
  }
  const body = work.then(bodyOf, (error: unknown) => errorBody(error, context.requestId))
  // The upload is completed even when the client has gone.
  context.waitUntil(body)
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: spacesUntil(body, times) }
}

/** The document without its declaration, which went out first: nothing may stand before it. */
function bodyOf(response: S3Response): string {
  return typeof response.body === 'string' ? response.body.replace(xmlDeclaration, '') : ''
}

/** An Error document for a body whose status is gone. What is no S3Error is told as InternalError. */
function errorBody(error: unknown, requestId: string): string {
  const known = error instanceof S3Error ? error : new S3Error('InternalError')
  return element('Error', [
    element('Code', known.code),
    element('Message', known.message),
    ...Object.entries(known.fields).map(([name, value]) => element(name, value)),
    element('RequestId', requestId),
  ])
}

function spacesUntil(body: Promise<string>, times: KeepAliveTimes): ReadableStream<Uint8Array> {
  let timer: ReturnType<typeof setInterval> | undefined
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(utf8.encode(xmlDeclaration))
      timer = setInterval(() => controller.enqueue(utf8.encode(' ')), times.everyMilliseconds)
      void body.then((text) => {
        if (timer === undefined) return
        clearInterval(timer)
        controller.enqueue(utf8.encode(text))
        controller.close()
      })
    },
    cancel() {
      clearInterval(timer)
      timer = undefined
    },
  })
}
