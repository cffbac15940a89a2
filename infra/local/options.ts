/** What `npm start` may be told on its command line. */
import { parseArgs } from 'node:util'
import { Fault } from './fault.ts'

export type Options = { nodes: number; port: number; host: string; help: boolean }

export const usage = `npm start [-- options]     runs Parley on this machine, without Docker

  --nodes N     how many nodes (3; 1 to 32)
  --port N      where to listen (8080)
  --host NAME   on which address (127.0.0.1; 0.0.0.0 for all)

What DATABASE_URL, REDIS_URL and CACHE_REDIS_URL name is used instead of starting it.
From another terminal: npm run cluster -- status`

export const mostNodes = 32

/** Refuses with what was wrong and how it should read. */
export function parseOptions(args: string[]): Options {
  const { values } = parse(args)
  return {
    nodes: whole('--nodes', values.nodes, 1, mostNodes),
    port: whole('--port', values.port, 1, 65_535),
    host: values.host,
    help: values.help,
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        nodes: { type: 'string', default: '3' },
        port: { type: 'string', default: '8080' },
        host: { type: 'string', default: '127.0.0.1' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (fault) {
    throw new Fault(`${fault instanceof Error ? fault.message : String(fault)}\n\n${usage}`)
  }
}

function whole(name: string, value: string, min: number, max: number): number {
  if (!/^\d+$/.test(value) || Number(value) < min || Number(value) > max)
    throw new Fault(`unable to take ${name} ${value}; it must be a whole number from ${min} to ${max}`)
  return Number(value)
}
