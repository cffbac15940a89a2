/** Loaded before a node's own code: the cache of pages is taken out of its wiring, so that the same server can be measured without. */
import { registerHooks } from 'node:module'

const standIn = new URL('./no-pages.ts', import.meta.url).href

registerHooks({
  resolve(specifier, context, nextResolve) {
    const isWiring = specifier === './cached.ts' && context.parentURL?.endsWith('/server/parts.ts')
    return isWiring ? { url: standIn, shortCircuit: true } : nextResolve(specifier, context)
  },
})
