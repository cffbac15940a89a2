/** Who is up, as data for tests and as a table for people. */
import { z } from 'zod'

const rowSchema = z.object({
  name: z.string(),
  state: z.enum(['down', 'up', 'paused', 'resting']),
  /** Nodes only: whether it was ready when last looked at. */
  ready: z.boolean().optional(),
  pid: z.number().nullable(),
  port: z.number().optional(),
  restarts: z.number(),
})

export const statusSchema = z.object({ url: z.string(), nodes: z.array(rowSchema), services: z.array(rowSchema) })

export type Status = z.infer<typeof statusSchema>

const words = { down: 'down', up: 'up', paused: 'paused', resting: 'died, starts again soon' }

export function tellStatus({ url, nodes, services }: Status): string {
  const cells = [...nodes, ...services].map(({ name, state, ready, pid, port, restarts }) => [
    name,
    state === 'up' && ready === false ? 'up, not ready' : words[state],
    pid === null ? '' : `pid ${pid}`,
    port === undefined ? '' : `port ${port}`,
    restarts === 0 ? '' : `${restarts} restart${restarts === 1 ? '' : 's'}`,
  ])
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...cells.map((row) => (row[column] ?? '').length)))
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return [url, ...lines].join('\n')
}
