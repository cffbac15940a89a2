/** The words of `npm run cluster -- …`. */
import { z } from 'zod'
import { Fault } from './fault.ts'
import { mostNodes } from './options.ts'

const verbs = ['kill', 'stop', 'pause', 'resume', 'start'] as const
const services = ['postgres', 'redis', 'cache'] as const
/** Its workers would go on if it were paused. */
const frontVerbs = ['kill', 'stop', 'start', 'reload'] as const

export const commandSchema = z.union([
  z.object({ verb: z.literal('status') }),
  z.object({ verb: z.literal('rebalance') }),
  z.object({ verb: z.literal('scale'), nodes: z.int().min(0).max(mostNodes) }),
  z.object({ verb: z.enum(verbs), node: z.int().min(1) }),
  z.object({ verb: z.enum(verbs), service: z.enum(services) }),
  z.object({ verb: z.enum(frontVerbs), service: z.literal('nginx') }),
])

export type Command = z.infer<typeof commandSchema>
export type Verb = (typeof verbs)[number]
export type ServiceName = (typeof services)[number]

export const usage = `npm run cluster -- …       speaks to the cluster that npm start runs

  status            who is up, on which port, ready or not
  kill N            SIGKILL to node N; it stays down until start N
  stop N            SIGTERM to node N, which drains; it stays down until start N
  pause N           SIGSTOP to node N, as a hung machine; left alone until resume N
  resume N          SIGCONT to node N
  start N           starts node N again
  scale N           makes it N nodes
  rebalance         nodes with more than their share of connections have some of them hop
  kill redis        the same words for the services: redis (sessions, pub/sub), cache, postgres
  start redis
  kill nginx        the same, but pause and resume; reload nginx as when the nodes change`

/** Refuses with how it should read. */
export function parseCommand(words: string[]): Command {
  const [verb, object = '', ...more] = words
  const number = /^(?:node-)?(\d+)$/.exec(object)?.[1]
  const candidate = {
    verb,
    ...(verb === 'scale' && number !== undefined ? { nodes: Number(number) } : {}),
    ...(verb !== 'scale' && number !== undefined ? { node: Number(number) } : {}),
    ...(object !== '' && number === undefined ? { service: object } : {}),
  }
  const parsed = commandSchema.safeParse(candidate)
  const isWhole = more.length === 0 && ((verb !== 'status' && verb !== 'rebalance') || object === '')
  if (!parsed.success || !isWhole) throw new Fault(`unable to understand "${words.join(' ')}"\n\n${usage}`)
  return parsed.data
}
