/** Faults as the store throws them, by what they say about the work. */
import { StoreFault } from '../../server/store/faults.ts'

/** Text that Postgres cannot hold. */
export const dataFault = () => new StoreFault('data', 'invalid byte sequence for encoding "UTF8": 0x00', '22021')

/** Certainly undone. */
export const outageFault = () => new StoreFault('busy', 'canceling statement due to lock timeout', '55P03')

/** The connection went away with the commit under way. */
export const unknownFault = () => new StoreFault('unknown', 'Connection terminated unexpectedly')
