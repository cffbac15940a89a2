/** Builds the browser's part: one small first route, hashed files, no inline script or style (the CSP allows none). */
import { defineConfig } from 'vite'

/** Where `npm start` listens. */
const cluster = 'http://localhost:8080'

export default defineConfig({
  root: import.meta.dirname,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2023',
    outDir: 'dist',
    emptyOutDir: true,
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': cluster, '/socket.io': { target: cluster, ws: true } } },
})
