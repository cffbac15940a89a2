/** Looks for what is wrong with cached history, as a process of its own: for copies of the tree with a patch in them. */
import { deep, exploreChaos, whole } from './history-plans.ts'

const [name = '', runs = ''] = process.argv.slice(2)
const plan = { ...whole, ...deep }[name]
if (plan === undefined) throw new Error(`unable to explore "${name}"; there is no such plan`)

const { violation, runs: tried } = await exploreChaos(Number(runs), 0, plan)
process.stdout.write(JSON.stringify({ violation, tried }))
