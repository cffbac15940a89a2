/** A value that can be watched: the one way the engine tells of change, small enough for any UI framework. */

export type Cell<Value> = {
  get(): Value
  /** Calls `listener` on every later change, not at once; returns how to stop. */
  subscribe(listener: (value: Value) => void): () => void
}

export type OpenCell<Value> = Cell<Value> & {
  /** Tells the listeners, in the order they came, unless the value is the same. */
  set(value: Value): void
}

export function openCell<Value>(initial: Value): OpenCell<Value> {
  let current = initial
  const listeners = new Set<(value: Value) => void>()
  return {
    get: () => current,
    set(value) {
      if (Object.is(value, current)) return
      current = value
      for (const listener of [...listeners]) listener(value)
    },
    subscribe(listener) {
      const own = (value: Value) => listener(value) // the same function twice is two listeners
      listeners.add(own)
      return () => listeners.delete(own)
    },
  }
}
