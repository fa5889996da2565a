// miniflare's direct sockets without their two back doors. It lets a request choose `request.cf` by a header and takes
// Cap'n Proto calls that bring one of their own, for wrangler and for Workers of other processes; a client could then name
// any address as its own, which policies ask for (`aws:SourceIp`). Without them workerd itself says who connected:
// `request.cf.clientIp`. There is no option for it, so the two lines are taken out of the package as it is loaded.
import { readFileSync } from 'node:fs'
import { createRequire, registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import type * as Packaged from 'miniflare'

const socketOptions =
  /(style: directSocket\.proxy \? HttpOptions_Style\.PROXY : void 0),\s+cfBlobHeader: CoreHeaders\.CF_BLOB,\s+capnpConnectHost: HOST_CAPNP_CONNECT\s/

/** miniflare, changed so. Throws when this version of it is not the one known: its sockets must not stay open. */
export async function loadMiniflare(): Promise<typeof Packaged> {
  const file = createRequire(import.meta.url).resolve('miniflare')
  const url = pathToFileURL(file).href
  if (!socketOptions.test(readFileSync(file, 'utf8')))
    throw new Error(`${file} does not have the sockets it is known for`)
  const hooks = registerHooks({
    load(target, context, nextLoad) {
      const loaded = nextLoad(target, context)
      if (target !== url) return loaded
      const source = readFileSync(file, 'utf8').replace(socketOptions, '$1 ')
      return { ...loaded, source }
    },
  })
  try {
    return await import('miniflare')
  } finally {
    hooks.deregister()
  }
}
