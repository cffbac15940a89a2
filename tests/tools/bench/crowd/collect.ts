/** Loaded before a server whose memory is read: on SIGUSR2 it collects its garbage, so that what is left is what it needs. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')
process.on('SIGUSR2', () => {
  collect()
  collect()
})
