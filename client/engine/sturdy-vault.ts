/** A vault that never fails its user: when the disk cannot be had or breaks, memory takes over. */
import type { Clock } from './clock.ts'
import { openMemoryVault, type Vault } from './vault.ts'

type Needs = { open: (onLost: () => void) => Promise<Vault>; clock: Clock; onFault: (fault: unknown) => void }

/** An IndexedDB that answers neither yes nor no (blocked, or a broken profile) must not hold up the start, nor a send. */
const openMs = 2_000
const transactMs = 4_000

/** Resolves always, within about 2 s. What was kept before a fault is not there afterwards; the server has the rest. */
export async function openSturdyVault({ open, clock, onFault }: Needs): Promise<Vault> {
  let vault = openMemoryVault()
  let isClosed = false

  function degrade(fault: unknown): void {
    if (isClosed) return
    onFault(fault)
    vault = openMemoryVault()
  }

  const bounded = <Value>(boundMs: number, work: Promise<Value>) =>
    new Promise<Value>((resolve, reject) => {
      const cancel = clock.after(boundMs, () => reject(new Error(`unable to use the disk; silent for ${boundMs} ms`)))
      work.then(resolve, reject).finally(cancel)
    })

  try {
    vault = await bounded(
      openMs,
      open(() => degrade(new Error('unable to use the disk; taken away'))),
    )
  } catch (fault) {
    degrade(fault)
  }
  return {
    async transact(mode, work) {
      const tried = vault
      try {
        return await bounded(transactMs, tried.transact(mode, work))
      } catch (fault) {
        if (tried === vault) degrade(fault)
        return vault.transact(mode, work)
      }
    },
    close() {
      isClosed = true
      vault.close()
    },
  }
}
