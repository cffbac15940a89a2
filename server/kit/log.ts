/** JSON lines for machines, coloured ones when a person watches a terminal; never a body, a cookie or a password. */
import pino, { type Logger } from 'pino'

export type Log = Logger

export function openLog({ node, level, pretty }: { node: string; level: string; pretty: boolean }): Log {
  return pino({
    level,
    base: { node },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: ['password', 'cookie', 'body', '*.password', '*.cookie', '*.body', 'req.headers'],
    ...(pretty ? { transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname' } } } : {}),
  })
}
