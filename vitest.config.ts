import { defineConfig } from 'vitest/config'
import { compiledWasm } from './test/support/compiled-wasm.ts'

// Two projects: `pure` needs no server; `server` talks HTTP to one that is started once (test/support/global-server.ts).
const serverTests = ['conformance', 'clients', 'invariants', 'examples'].map((folder) => `test/${folder}/**/*.test.ts`)

export default defineConfig({
  plugins: [compiledWasm()],
  test: {
    // A package's .wasm goes through the plugin as ours do.
    server: { deps: { inline: [/\.wasm$/] } },
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: ['test/**/*.test.ts'],
          exclude: serverTests,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'server',
          include: serverTests,
          globalSetup: ['test/support/global-server.ts'],
          // One file at a time: a server's speed and its listings are everybody's.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
