import { readFile } from 'node:fs/promises'
import { defineConfig } from 'vitest/config'
import type { Plugin } from 'vitest/config'

/** A `.wasm` import gives a compiled WebAssembly.Module, as it does in Workers. */
function compiledWasm(): Plugin {
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

export default defineConfig({
  plugins: [compiledWasm()],
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
