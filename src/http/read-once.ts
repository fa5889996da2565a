// A request read once: every look at a property or a header of the runtime's own goes through native code (about a
// microsecond each, and a request is looked at some fifty times on its way).

/** The same request, its headers in memory: method, url, headers (read only), body, bodyUsed and cf, and nothing else of it. */
export function readOnce(request: Request): Request {
  return new ReadRequest(request) as unknown as Request
}

class ReadRequest {
  readonly method: string
  readonly url: string
  readonly body: Request['body']
  readonly headers: ReadHeaders
  readonly #request: Request

  constructor(request: Request) {
    this.method = request.method
    this.url = request.url
    this.body = request.body
    this.headers = new ReadHeaders(request.headers)
    this.#request = request
  }

  get bodyUsed(): boolean {
    return this.#request.bodyUsed
  }

  get cf(): Request['cf'] {
    return this.#request.cf
  }
}

type Reading = 'get' | 'has' | 'keys' | 'values' | 'entries' | 'forEach' | typeof Symbol.iterator

/** The reading half of `Headers`. A name that no header can have is not there, where `Headers` throws. */
class ReadHeaders implements Pick<Headers, Reading> {
  readonly #values: Map<string, string>

  constructor(headers: Headers) {
    this.#values = new Map(headers)
  }

  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase())
  }

  keys() {
    return this.#values.keys()
  }

  values() {
    return this.#values.values()
  }

  entries() {
    return this.#values.entries()
  }

  forEach<This>(callback: (this: This, value: string, name: string, parent: Headers) => void, thisArg?: This): void {
    for (const [name, value] of this.#values) callback.call(thisArg as This, value, name, this as unknown as Headers)
  }

  [Symbol.iterator]() {
    return this.#values.entries()
  }
}
