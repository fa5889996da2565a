import { readFile } from 'node:fs/promises'
import type { Plugin } from 'vitest/config'

/** A Vite plugin: a `.wasm` import gives a compiled WebAssembly.Module, as it does in Workers. */
export function compiledWasm(): Plugin {
  return {
    name: 'compiled-wasm',
    enforce: 'pre',
    async load(id) {
      if (!id.endsWith('.wasm')) return null
      const base64 = await readFile(id, 'base64')
      return `export default new WebAssembly.Module(Buffer.from('${base64}', 'base64'))`
    },
  }
}
