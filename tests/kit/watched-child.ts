/** A process with a watchdog of 3 s, for its test: says `up`, answers `pong`, and hangs when it is told to. */
import { openWatchdog } from '../../server/cluster/watchdog.ts'
import { systemClock } from '../../server/kit/clock.ts'

openWatchdog({ node: 'test', clock: systemClock, limitMs: 3_000 })
process.on('message', (word) => {
  if (word === 'ping') process.send?.('pong')
  if (word === 'hang') while (systemClock.now() > 0);
})
process.send?.('up')
