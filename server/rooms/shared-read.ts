/** Reads that many ask for at once: one is under way, and all who come meanwhile share the next. [R8] */

type Read<Value> = (riders: ReadonlySet<string>) => Promise<Value>

/**
 * Resolves with a read that began after it was asked for. Who comes while one is under way cannot have its answer: what
 * was committed since that one looked would be missing, and had been told before they listened. [R2]
 */
export type SharedRead<Value> = (key: string, rider: string, read: Read<Value>) => Promise<Value>

export function openSharedRead<Value>(): SharedRead<Value> {
  const underWay = new Map<string, Promise<unknown>>()
  const gathering = new Map<string, { riders: Set<string>; value: Promise<Value> }>()

  function start(key: string, riders: ReadonlySet<string>, read: Read<Value>): Promise<Value> {
    const value = read(riders)
    const ended = value.then(
      () => underWay.delete(key),
      () => underWay.delete(key),
    )
    underWay.set(key, ended)
    return value
  }

  return (key, rider, read) => {
    const turn = gathering.get(key)
    if (turn !== undefined) {
      turn.riders.add(rider)
      return turn.value
    }
    const riders = new Set([rider])
    const before = underWay.get(key)
    if (before === undefined) return start(key, riders, read)
    const value = before.then(() => {
      gathering.delete(key)
      return start(key, riders, read)
    })
    gathering.set(key, { riders, value })
    return value
  }
}
