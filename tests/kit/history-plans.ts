/** Small worlds of one room's history, each with the kind of trouble it is about, and how far it is explored. */
import { type Exploration, exploreAll, exploreRandom } from './explorer.ts'
import type { Plan } from './history-plan.ts'
import { playHistory } from './history-world.ts'

const page = { before: 51, limit: 50 }
const tail = { limit: 50 }
const edit = { edit: 1 }
const few = { messages: 2, warm: true, readers: [tail] }
const full = { messages: 50, warm: true, readers: [page] }

/** Every order of these is tried. */
export const whole: Record<string, Plan> = {
  '[C2] a reader of a cold tail beside an edit': { ...few, warm: false, writers: [edit] },
  '[C4] a reader beside two senders': { ...few, writers: ['send', 'send'] },
  '[C2] [C4] a reader of a cold tail beside two senders': { ...few, warm: false, writers: ['send', 'send'] },
  '[C4] a sender dies': { ...few, writers: ['send'], faults: { kill: 1 } },
  '[C8] a sender is cut off from the cache': { ...few, writers: ['send'], faults: { cut: 1 } },
  '[C3] a sender’s word with the cache is lost': { ...few, writers: ['send'], faults: { lose: 1 } },
  '[L4] a send is committed later than anybody knows': { ...few, writers: ['send'], faults: { late: 1 } },
  '[C4] a draft is sent again because its node died': { ...few, writers: ['resend', 'resend'], faults: { kill: 1 } },
}

/** Of these there are too many: every order of the first steps, and then as they come. */
export const deep: Record<string, Plan> = {
  '[C2] a reader of a cold page beside an edit': { ...full, warm: false, writers: [edit], faults: { moment: 3 } },
  '[C8] the writer of an edit dies': { ...few, writers: [edit], faults: { kill: 1 } },
  '[C8] the writer of an edit of a full page dies': { ...full, writers: [edit], faults: { kill: 1 } },
  '[C8] the writer of an edit dies beside a reader of a cold page': {
    ...full,
    warm: false,
    writers: [edit],
    faults: { moment: 3, kill: 1 },
  },
  '[C8] an edit is committed later than anybody knows': { ...full, writers: [edit], faults: { late: 1, moment: 3 } },
  '[C8] an editor is cut off from the cache alone, and repair comes': {
    ...few,
    writers: [edit],
    faults: { cut: 1, repair: 1 },
  },
  '[C8] the editor of a full page is cut off and dies': {
    ...full,
    writers: [edit],
    faults: { cut: 1, kill: 1, repair: 1 },
  },
  '[C3] an editor’s word with the cache is lost': { ...few, writers: [edit], faults: { lose: 1 } },
  '[C9] the cache forgets everything in the middle of an edit': {
    ...few,
    writers: [edit],
    faults: { flush: 1, kill: 1 },
  },
  '[C5] what is cached expires, and leases run out': { ...few, writers: [edit], faults: { expire: 1, time: 1 } },
  '[C4] an edit beside a send': { ...few, writers: [edit, 'send'] },
  '[C8] two edits of one page': { ...few, writers: [edit, edit] },
  '[C8] a node edits a page twice beside a reader of it': {
    ...full,
    warm: false,
    writers: [[edit, edit]],
    faults: { moment: 3 },
  },
  '[C8] a node edits a page twice beside readers of it, and dies': {
    ...full,
    warm: false,
    readers: [page, page, page],
    writers: [[edit, edit]],
    faults: { moment: 1, kill: 1 },
  },
  '[C8] a node that edits a page twice dies': { ...full, writers: [[edit, edit]], faults: { moment: 3, kill: 1 } },
  '[C8] a node that edits a page twice is cut off from the cache': {
    ...few,
    writers: [[edit, edit]],
    faults: { cut: 1, kill: 1, repair: 1 },
  },
  '[C8] the second of two edits is committed later than anybody knows': {
    ...full,
    writers: [[edit, edit]],
    faults: { late: 1 },
  },
  '[C1] [C2] two readers beside an edit': { ...few, readers: [tail, tail], writers: [edit] },
}

const chaos: Plan = {
  messages: 50,
  warm: true,
  readers: [page, tail, tail, page],
  writers: [[edit, 'send', edit], 'send', edit, 'resend', 'resend'],
  faults: { kill: 1, cut: 1, lose: 2, late: 1, flush: 1, expire: 1, time: 1, moment: 3, repair: 1 },
}

export const exploreWhole = (plan: Plan): Promise<Exploration> =>
  exploreAll((choose) => playHistory(plan, choose), { maxRuns: 100_000, depth: 100 })

export const exploreDeep = (plan: Plan, bounds: { maxRuns: number; depth: number }): Promise<Exploration> =>
  exploreAll((choose) => playHistory(plan, choose), bounds)

/** One of these worlds, or everything at once, at random. */
export const exploreChaos = (runs: number, seed: number, plan: Plan = chaos): Promise<Exploration> =>
  exploreRandom((choose) => playHistory(plan, choose), { runs, seed })
