// An HTTP proxy in front of one server, whatever host is asked for: how a client reaches `bucket.localhost` on a machine
// that cannot resolve it.
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'

export interface ForwardProxy {
  /** For HTTP_PROXY. */
  url: string
  /** Hosts asked for so far. */
  hosts: Set<string>
  close(): void
}

export async function startForwardProxy(port: number): Promise<ForwardProxy> {
  const hosts = new Set<string>()
  const server = createServer((incoming, outgoing) => {
    const { method, headers } = incoming
    hosts.add(headers.host ?? '')
    // `GET http://host/path`: the path stays as it was written.
    const path = (incoming.url ?? '/').replace(/^http:\/\/[^/?]*/, '')
    const onwards = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      void pipeline(answer, outgoing).catch(() => outgoing.destroy())
    })
    onwards.on('error', () => outgoing.destroy())
    incoming.pipe(onwards)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port: own } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${own}`,
    hosts,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
