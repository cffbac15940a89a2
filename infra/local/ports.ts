/** Ports of this machine: which are free, and who asks for one that is not hears so at once. */
import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { Fault, hasCode } from './fault.ts'

/** Below the range that the kernel takes outgoing connections from, so that a dead child's port is still free when it restarts. */
const range = { from: 15_000, to: 32_000 }

function listen(port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve()))
  })
}

/** A port of the loopback that nobody listens on; not one of `taken`. */
export async function freePort(taken: ReadonlySet<number> = new Set()): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(range.from, range.to)
    if (taken.has(port)) continue
    try {
      await listen(port, '127.0.0.1')
      return port
    } catch (fault) {
      if (!hasCode(fault, 'EADDRINUSE', 'EACCES')) throw fault
    }
  }
  throw new Fault(`unable to find a free port; 100 between ${range.from} and ${range.to} were taken`)
}

/** Refuses with what to do when `port` cannot be listened on. */
export async function assertFree(port: number, host = '0.0.0.0'): Promise<void> {
  try {
    await listen(port, host)
  } catch (fault) {
    if (hasCode(fault, 'EADDRINUSE'))
      throw new Fault(`unable to listen on port ${port}; another program has it (try: npm start -- --port ${port + 1})`)
    if (hasCode(fault, 'EACCES'))
      throw new Fault(`unable to listen on port ${port}; this user may not (try: npm start -- --port 8080)`)
    throw fault
  }
}
