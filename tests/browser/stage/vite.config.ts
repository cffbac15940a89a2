/** Serves the staged interface to a developer and to the tests of its screens; never built. */
import path from 'node:path'
import { defineConfig } from 'vite'

const root = path.resolve(import.meta.dirname, '../../..')

export default defineConfig({
  root: import.meta.dirname,
  publicDir: path.join(root, 'client/public'),
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  server: { fs: { allow: [root] } },
  cacheDir: path.join(root, 'node_modules/.vite-stage'),
  logLevel: 'error',
})
