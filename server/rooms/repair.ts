/** Makes true, again and again, what messages between nodes only promise: they may be lost, Postgres is not. [A1] */
import type { Clock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import { openLoop } from '../kit/loop.ts'
import type { Epoch } from './epoch.ts'
import { openRepairDistant, type RepairDistantNeeds } from './repair-distant.ts'
import { openRepairPeople, type RepairPeopleNeeds } from './repair-people.ts'
import { openRepairRooms, type RepairRoomsNeeds } from './repair-rooms.ts'

type Needs = Omit<RepairRoomsNeeds, 'fanout'> &
  Omit<RepairPeopleNeeds, 'fanout'> & {
    fanout: RepairRoomsNeeds['fanout'] &
      RepairPeopleNeeds['fanout'] &
      RepairDistantNeeds['fanout'] & { onRelink(task: () => void): () => void }
    epoch: Pick<Epoch, 'refresh'>
    clock: Clock
    logger: Log
    random?: () => number
    options: {
      everyMs: number
      /** Between two looks at the rooms while other nodes are not reached, for `everyMs` longer, and until it is noticed that they are not. */
      hurryMs: number
    }
  }

export type Repair = {
  /** Resolves when the run under way has ended. */
  close(): Promise<void>
}

/** No verb throws, no outage ends it: what could not be looked at now is looked at the next time. */
export function openRepair({ epoch, clock, logger, random, options, ...needs }: Needs): Repair {
  const { fanout, hangUp } = needs
  const { everyMs, hurryMs } = options
  const repairRooms = openRepairRooms(needs)
  const people = openRepairPeople(needs)
  let roomsAt = Number.NEGATIVE_INFINITY
  /** When other nodes were last not reached. */
  let brokenAt = Number.NEGATIVE_INFINITY

  /** An outage of one thing says nothing of the others; it is told when it begins, not again and again. */
  function steady(name: string, work: () => Promise<void>): () => Promise<void> {
    let failing = false
    return async () => {
      try {
        await work()
        failing = false
      } catch (fault) {
        if (!failing) logger.warn({ event: 'repair-failed', repair: name, err: fault })
        failing = true
      }
    }
  }

  // a Redis that was away between two looks has lost words all the same
  const stopListening = fanout.onRelink(() => {
    brokenAt = clock.ticks()
  })

  const rooms = steady('rooms', async () => {
    if (await repairRooms()) roomsAt = Number.NEGATIVE_INFINITY
  })
  const sessions = steady('sessions', people.sessions)
  const memberships = steady('memberships', people.memberships)
  const distant = steady('distant', openRepairDistant(needs))
  const incarnation = steady('epoch', async () => {
    if (await epoch.refresh()) hangUp() // [R5]
  })

  /** Nodes find each other again one after the other: what one says before the next one hears it is lost. */
  function isSettled(): boolean {
    if (!fanout.healthy()) brokenAt = clock.ticks()
    return clock.ticks() - brokenAt > everyMs
  }

  async function lookAtRooms(): Promise<void> {
    const restMs = isSettled() ? everyMs - hurryMs : 0
    if (clock.ticks() - roomsAt < restMs) return
    roomsAt = clock.ticks()
    await rooms()
  }

  async function lookAtOthers(): Promise<void> {
    await Promise.all([sessions(), memberships(), distant(), incarnation()])
  }

  const onFault = (fault: unknown) => logger.error({ event: 'repair-broken', err: fault })
  const common = { clock, onFault, ...(random === undefined ? {} : { random }) }
  const loops = [
    openLoop({ ...common, everyMs: () => hurryMs, run: lookAtRooms }),
    openLoop({ ...common, everyMs: () => everyMs, run: lookAtOthers }),
  ]

  return {
    async close() {
      stopListening()
      await Promise.all(loops.map((loop) => loop.close()))
    },
  }
}
