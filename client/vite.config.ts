/** Builds the browser's part: one small first route, hashed files, no inline script or style (the CSP allows none). */
import path from 'node:path'
import { defineConfig } from 'vite'
import { shellList, workerFile } from './shell/shell-list.ts'

/** Where `npm start` listens. */
const cluster = 'http://localhost:8080'

export default defineConfig({
  root: import.meta.dirname,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [shellList(path.join(import.meta.dirname, 'public'))],
  build: {
    target: 'es2023',
    outDir: 'dist',
    emptyOutDir: true,
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        index: path.join(import.meta.dirname, 'index.html'),
        worker: path.join(import.meta.dirname, 'shell/worker.ts'),
      },
      output: { entryFileNames: ({ name }) => (name === 'worker' ? workerFile : 'assets/[name]-[hash].js') },
    },
  },
  server: { proxy: { '/api': cluster, '/socket.io': { target: cluster, ws: true } } },
})
