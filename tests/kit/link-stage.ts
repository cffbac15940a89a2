/** The engine's link with connections that do as a test says. */
import type { Answer, EndReason, Hello } from '#protocol/wire.ts'
import { type Connection, type Heard, type Loss, openLink } from '../../client/engine/link.ts'
import { openManualClock } from './manual-clock.ts'

type Attempt = {
  pollingFirst: boolean
  heard: Heard
  lose: (loss?: Partial<Loss>) => void
  answer: (answer: Answer<never> | null) => void
  isClosed: boolean
  atMs: number
  heardAt: number
}

export function openLinkStage() {
  const clock = openManualClock(0)
  const attempts: Attempt[] = []
  const hellos: string[] = []
  const beacons: number[] = []
  const ends: EndReason[] = []
  const nothing = () => {}
  const heard: Heard = {
    hello: ({ node }) => hellos.push(node),
    'room:head': ({ rev }) => beacons.push(rev),
    'room:changes': nothing,
    'room:added': nothing,
    'room:removed': nothing,
    'room:presence': nothing,
    'room:read': nothing,
    'room:preferences': nothing,
    'user:changed': nothing,
    'user:blocked': nothing,
    'member:typing': nothing,
    'node:draining': nothing,
    'node:crowded': nothing,
    'session:ended': nothing,
  }
  const link = openLink({
    heard,
    onEnded: (reason) => ends.push(reason),
    clock,
    random: () => 0.5,
    connect({ pollingFirst, heard, onLost }): Connection {
      const answers: ((answer: Answer<never> | null) => void)[] = []
      const attempt: Attempt = {
        pollingFirst,
        heard,
        lose: (loss) => onLost({ timedOut: false, ...loss }),
        answer: (answer) => answers.shift()?.(answer),
        isClosed: false,
        atMs: clock.ticks(),
        heardAt: clock.now(),
      }
      attempts.push(attempt)
      return {
        call: () => new Promise((resolve) => answers.push(resolve)),
        heardAt: () => attempt.heardAt,
        close() {
          attempt.isClosed = true
        },
      }
    },
  })
  const at = (index: number): Attempt => {
    const attempt = attempts.at(index)
    if (attempt === undefined) throw new Error('there was no such attempt')
    return attempt
  }
  const hello = (node: string): Hello => ({
    node,
    epoch: 'one',
    user: { id: 'ada', username: 'ada', displayName: 'Ada' },
    rooms: [],
    blocked: [],
  })
  return { clock, attempts, at, hello, hellos, beacons, ends, link }
}
