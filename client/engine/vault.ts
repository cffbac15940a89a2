/** An ordered map of keys to values with transactions: all that the disk asks of where it lives. */

export type Keys = {
  get(key: string): Promise<unknown>
  /** Values of the keys in [from, to], in the order of the keys; none when `from` lies behind `to`. */
  all(from: string, to: string): Promise<unknown[]>
  put(key: string, value: unknown): void
  /** Removes the keys in [from, to]. */
  delete(from: string, to: string): void
}

export type Vault = {
  /**
   * Runs `work` alone among the writers; all of its changes are kept, or none when it rejects. `work` awaits nothing
   * but `keys`, for a transaction ends when nothing is asked of it.
   */
  transact<Value>(mode: 'read' | 'write', work: (keys: Keys) => Promise<Value>): Promise<Value>
  close(): void
}

/** For Node, and for browsers that keep nothing. Values are kept as they are, not copied: nobody changes them. */
export function openMemoryVault(): Vault {
  const values = new Map<string, unknown>()
  let last: Promise<unknown> = Promise.resolve()
  const within = (from: string, to: string) =>
    from === to ? [from] : [...values.keys()].filter((key) => key >= from && key <= to)

  async function run<Value>(work: (keys: Keys) => Promise<Value>): Promise<Value> {
    const before = new Map<string, unknown>()
    const remember = (key: string) => before.has(key) || before.set(key, values.get(key))
    const all = (from: string, to: string) => within(from, to).sort((a, b) => (a < b ? -1 : 1))
    try {
      return await work({
        get: async (key) => values.get(key),
        all: async (from, to) => all(from, to).flatMap((key) => (values.has(key) ? [values.get(key)] : [])),
        put(key, value) {
          remember(key)
          values.set(key, value)
        },
        delete(from, to) {
          for (const key of within(from, to)) {
            remember(key)
            values.delete(key)
          }
        },
      })
    } catch (fault) {
      for (const [key, value] of before) value === undefined ? values.delete(key) : values.set(key, value)
      throw fault
    }
  }

  return {
    transact(_mode, work) {
      const turn = last.then(() => run(work))
      last = turn.catch(() => {})
      return turn
    },
    close() {},
  }
}
