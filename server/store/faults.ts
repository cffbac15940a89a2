/** What can go wrong between us and Postgres, told apart by what it says about the work: undone for sure, or nobody knows. */
import { Refusal } from '../kit/refusal.ts'

/**
 * `data`: Postgres would not take what it was given, and never will. `busy`: it was in time trouble and undid everything.
 * `away`: it was not reached. `unknown`: the connection was lost, or silent too long, with the work under way.
 * `bug`: our own mistake.
 */
export type FaultKind = 'data' | 'busy' | 'away' | 'unknown' | 'bug'

/** Carries the server's sentence and code, never its detail: that quotes rows, and rows hold what people wrote. */
export class StoreFault extends Error {
  readonly kind: FaultKind
  readonly sqlState: string | undefined

  constructor(kind: FaultKind, message: string, sqlState?: string) {
    super(`unable to finish with Postgres; ${message}`)
    this.name = 'StoreFault'
    this.kind = kind
    this.sqlState = sqlState
  }
}

/** The data itself was not acceptable (SQLSTATE 22, 23): nothing happened, and trying again would not help. [L8] */
export function isDataError(fault: unknown): boolean {
  return kindOf(fault) === 'data'
}

/** Postgres could not be asked, or could not answer: trying again may help. Includes every unknown outcome. */
export function isOutage(fault: unknown): boolean {
  const kind = kindOf(fault)
  return kind === 'busy' || kind === 'away' || kind === 'unknown'
}

/** The connection was lost, or silent too long, with the work under way: it may or may not have been committed. [L4] */
export function isUnknownOutcome(fault: unknown): boolean {
  return kindOf(fault) === 'unknown'
}

/** A row with this key is there already. */
export function isTaken(fault: unknown): boolean {
  return fault instanceof StoreFault && fault.sqlState === '23505'
}

/** Sees through the refusal that wraps an outage. */
function kindOf(fault: unknown): FaultKind {
  return fault instanceof Refusal && fault.cause !== undefined ? kindOf(fault.cause) : faultOf(fault).kind
}

/** The one place that knows how Prisma, its adapter and the driver beneath put their complaints. */
export function faultOf(fault: unknown): StoreFault {
  if (fault instanceof StoreFault) return fault
  const complaint = driverComplaint(fault)
  const message = text(complaint, 'originalMessage') ?? text(fault, 'message') ?? 'no reason given'
  const name = text(complaint, 'originalCode') ?? text(complaint, 'kind') ?? text(fault, 'code') ?? ''
  const sqlState = /^[0-9A-Z]{5}$/.test(name) && !prismaCode.test(name) ? name : undefined
  const kind = sqlState === undefined ? (kindByName(name) ?? kindByWords(message)) : kindBySqlState(sqlState)
  return new StoreFault(kind, message.trim().split('\n').at(-1) ?? message, sqlState)
}

/** Prisma's own codes look like Postgres' and mean something else. */
const prismaCode = /^P\d{4}$/

const bySqlState: readonly (readonly [prefix: string, kind: FaultKind])[] = [
  ['22', 'data'],
  ['23', 'data'],
  ['40', 'busy'], // serialization failure, deadlock
  ['53', 'busy'], // too many connections, out of memory or disk
  ['55P03', 'busy'], // lock timeout
  ['57014', 'busy'], // statement timeout
  ['25006', 'away'], // a standby: the primary is elsewhere
  ['28', 'away'],
  ['3D000', 'away'],
  ['57P03', 'away'], // starting up or shutting down
  ['57P', 'unknown'], // the server ended this connection; on which side of the commit it does not say
  ['08', 'unknown'],
  ['58', 'unknown'],
]

function kindBySqlState(sqlState: string): FaultKind {
  return bySqlState.find(([prefix]) => sqlState.startsWith(prefix))?.[1] ?? 'bug'
}

function kindByName(name: string): FaultKind | undefined {
  if (
    ['DatabaseNotReachable', 'TlsConnectionError', 'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'].includes(
      name,
    )
  )
    return 'away'
  if (['ConnectionClosed', 'SocketTimeout', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE'].includes(name)) return 'unknown'
  return undefined
}

/** The driver has no codes for these. */
function kindByWords(message: string): FaultKind {
  if (message.includes('timeout exceeded when trying to connect')) return 'busy' // no free connection in the pool
  if (message.includes('due to connection timeout')) return 'away'
  if (message.includes('after calling end on the pool') || message.includes('not queryable')) return 'away'
  if (message.includes('Query read timeout') || message.includes('Connection terminated')) return 'unknown'
  return 'bug'
}

/** Prisma hides what the driver said under `meta.driverAdapterError.cause`; the bare adapter has it under `cause`. */
function driverComplaint(fault: unknown): unknown {
  return field(field(field(fault, 'meta'), 'driverAdapterError'), 'cause') ?? field(fault, 'cause')
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function text(value: unknown, name: string): string | undefined {
  const found = field(value, name)
  return typeof found === 'string' ? found : undefined
}
