/** Ways to the same page side by side: flat out for what they cost, calm for how long they take. */
import { whileAwake } from '../instrument/awake.ts'
import type { Load, Loaded } from '../instrument/load.ts'
import type { Plot, Section, Table, Target } from '../instrument/report.ts'
import { interleave, type Meter, type Slice, type Summary, sliceOf, summaryOf } from '../instrument/rounds.ts'
import type { Options } from '../workload.ts'

export const flatOut = { atOnce: 16 }
const calm = { perSecond: 200 }

/** So many that their pages are a good part of all that are asked for, and can all be warmed. */
export const places = 4_096

type Both = { flat: Slice; calm: Slice }

export type Measured<Name> = Map<Name, { flat: Summary; calm: Summary }>

type Needs<Name extends string> = {
  titles: Readonly<Record<Name, string>>
  options: Pick<Options, 'rounds' | 'sliceMs'>
  say: (line: string) => void
  meter: (name: Name) => Meter
  /** Before each round of it, from an empty cache: what is kept for a minute must not be gone before the round is over. */
  warm: (name: Name) => Promise<unknown>
  read: (name: Name, load: Load) => Promise<Loaded>
  /** Processes that share a core while it is calm. */
  together?: readonly number[]
}

export const namesOf = <Name extends string>(titles: Readonly<Record<Name, string>>) => Object.keys(titles) as Name[]

export async function compare<Name extends string>(needs: Needs<Name>) {
  const { titles, options, say, meter, warm, read, together } = needs
  const slice = async (name: Name, load: Load) => {
    const { value, use } = await meter(name)(() => read(name, load))
    return sliceOf(value, use)
  }
  const results = await interleave(namesOf(titles), options.rounds, async (name, round): Promise<Both> => {
    say(`round ${round + 1}: ${titles[name]}`)
    await warm(name)
    return {
      flat: await slice(name, { forMs: options.sliceMs, ...flatOut }),
      calm: await whileAwake(() => slice(name, { forMs: options.sliceMs, ...calm }), together),
    }
  })
  const measured: Measured<Name> = new Map(
    [...results].map(([name, both]) => [
      name,
      { flat: summaryOf(both.map((one) => one.flat)), calm: summaryOf(both.map((one) => one.calm)) },
    ]),
  )
  const othersShare = [...results.values()].flat().map(({ flat }) => flat.othersShare) // the idlers of a calm slice take all there is
  return { measured, rest: { othersShare, raw: Object.fromEntries(results) } satisfies Partial<Section> }
}

/** Parts of the CPU by what they are called in a table. */
type Parts = Readonly<Record<string, string>>

type Shown<Name extends string> = {
  title: string
  note: string
  measured: Measured<Name>
  titles: Readonly<Record<Name, string>>
  parts: Parts
}

const loadsNote = `"Flat out" is ${flatOut.atOnce} requests at once, "calm" is ${calm.perSecond} a second, evenly, with the cores kept awake by processes that only run when nobody else wants to. CPU is microseconds per request, flat out.`

export function tableOf<Name extends string>(
  { title, note, measured, titles, parts }: Shown<Name>,
  last?: { title: string; of: (name: Name) => number },
): Table {
  const digits = 2
  return {
    title,
    note: `${note} ${loadsNote}`,
    columns: [
      { title: 'a page through' },
      { title: 'requests/s' },
      { title: 'p50 ms', digits },
      { title: 'p99 ms', digits },
      { title: 'calm p50', digits },
      { title: 'calm p99', digits },
      { title: 'CPU' },
      ...Object.values(parts).map((part) => ({ title: part })),
      ...(last === undefined ? [] : [{ title: last.title, digits: 1 }]),
    ],
    rows: [...measured].map(([name, { flat, calm: quiet }]) => [
      titles[name],
      flat.perSecond,
      flat.p50Ms,
      flat.p99Ms,
      quiet.p50Ms,
      quiet.p99Ms,
      flat.totalUs,
      ...Object.keys(parts).map((part) => flat.cpuUs[part] ?? null),
      ...(last === undefined ? [] : [last.of(name)]),
    ]),
  }
}

export function plotsOf<Name extends string>({ title, measured, titles, parts }: Omit<Shown<Name>, 'note'>): Plot[] {
  return [
    {
      kind: 'bars',
      title: `${title}: CPU per page`,
      unit: 'microseconds',
      parts: Object.values(parts),
      bars: [...measured].map(([name, { flat }]) => ({
        name: titles[name],
        values: Object.keys(parts).map((part) => flat.cpuUs[part]?.median ?? 0),
      })),
    },
    {
      kind: 'bars',
      title: `${title}: the slowest page in a hundred, calm`,
      unit: 'ms',
      parts: ['p99'],
      bars: [...measured].map(([name, { calm: quiet }]) => ({ name: titles[name], values: [quiet.p99Ms.median] })),
    },
  ]
}

/** CPU of one against another, all processes together. */
export function ratio<Name>(measured: Measured<Name>, one: Name, other: Name): number {
  const cpu = (name: Name) => measured.get(name)?.flat.totalUs.median ?? Number.NaN
  return cpu(one) / cpu(other)
}

/** Microseconds that one part spends on a request. */
export const costOf = <Name>(measured: Measured<Name>, name: Name, part: string) =>
  measured.get(name)?.flat.cpuUs[part]?.median ?? Number.NaN

export const atLeast = (wanted: number, says: string, got: number): Target => ({
  says,
  got: `${got.toFixed(2)}×`,
  isMet: Number.isNaN(got) ? null : got >= wanted,
})

export const atMost = (wanted: number, says: string, got: number): Target => ({
  ...atLeast(wanted, says, got),
  isMet: Number.isNaN(got) ? null : got <= wanted,
})
