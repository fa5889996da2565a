import { defineConfig } from 'vitest/config'
import { compiledWasm } from './test/support/compiled-wasm.ts'

export default defineConfig({
  plugins: [compiledWasm()],
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
