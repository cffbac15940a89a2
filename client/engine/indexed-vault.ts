/** The vault of a browser: one object store of IndexedDB with text keys. */
import type { Keys, Vault } from './vault.ts'

const storeName = 'kept'

function settled<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('unable to read from the disk'))
  })
}

/** Rejects where IndexedDB is missing, blocked or broken. `onLost` is told when the browser takes the database away. */
export async function openIndexedVault(factory: IDBFactory, name: string, onLost: () => void): Promise<Vault> {
  const opening = factory.open(name, 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore(storeName)
  const database = await settled(opening)
  database.onclose = onLost
  database.onversionchange = () => {
    database.close() // a later version of the client, in another tab, must not wait for us
    onLost()
  }

  function keysOf(store: IDBObjectStore): Keys {
    return {
      get: (key) => settled(store.get(key)),
      // IndexedDB finds fault with a range that holds nothing
      all: async (from, to) => (from > to ? [] : settled(store.getAll(IDBKeyRange.bound(from, to)))),
      put: (key, value) => void store.put(value, key),
      delete: (from, to) => void (from > to || store.delete(IDBKeyRange.bound(from, to))),
    }
  }

  return {
    async transact(mode, work) {
      const transaction = database.transaction(storeName, mode === 'read' ? 'readonly' : 'readwrite')
      const ended = new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve()
        transaction.onabort = () => reject(transaction.error ?? new Error('unable to write to the disk'))
      })
      try {
        const value = await work(keysOf(transaction.objectStore(storeName)))
        transaction.commit() // by itself it would end when its requests are answered, which a page that is going never hears
        await ended
        return value
      } catch (fault) {
        ended.catch(() => {}) // one fault is told once
        try {
          transaction.abort()
        } catch {
          // it had ended by itself
        }
        throw fault
      }
    },
    close: () => database.close(),
  }
}
