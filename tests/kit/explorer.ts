/** Runs one small world again and again, each time with its steps in another order: all orders there are, or seeded ones. */
import { openSeeded } from './seeded.ts'

/** Asked wherever more than one thing can happen next: which of `count`? */
export type Choose = (count: number) => number

/** One run of the world; resolves with what was wrong, or null. */
export type World = (choose: Choose) => Promise<{ fault: string | null; trace: string[] }>

export type Exploration = {
  runs: number
  /** Whether there is no order left that was not tried. */
  complete: boolean
  /** The first run that went wrong. */
  violation: { fault: string; trace: string[] } | null
}

/**
 * Every order, the first choice varied last, until one goes wrong or `maxRuns` are over. Choices beyond the `depth`-th are
 * not varied: the first of what can happen does.
 */
export async function exploreAll(world: World, bounds: { maxRuns: number; depth: number }): Promise<Exploration> {
  let planned: number[] = []
  let cut = false
  for (let run = 1; run <= bounds.maxRuns; run += 1) {
    const taken: { choice: number; count: number }[] = []
    const { fault, trace } = await world((count) => {
      const choice = planned[taken.length] ?? 0
      taken.push({ choice, count })
      return choice
    })
    if (fault !== null) return { runs: run, complete: false, violation: { fault, trace } }
    cut ||= taken.length > bounds.depth
    const varied = taken.slice(0, bounds.depth)
    while (varied.length > 0 && (varied.at(-1)?.choice ?? 0) + 1 >= (varied.at(-1)?.count ?? 0)) varied.pop()
    if (varied.length === 0) return { runs: run, complete: !cut, violation: null }
    planned = varied.map(({ choice }, index) => (index === varied.length - 1 ? choice + 1 : choice))
  }
  return { runs: bounds.maxRuns, complete: false, violation: null }
}

/** Orders at random, the same ones for the same seed; the fault names the seed of its run. */
export async function exploreRandom(
  world: World,
  { runs, seed }: { runs: number; seed: number },
): Promise<Exploration> {
  for (let run = 1; run <= runs; run += 1) {
    const { below } = openSeeded(seed + run)
    const { fault, trace } = await world(below)
    if (fault !== null)
      return { runs: run, complete: false, violation: { fault: `${fault} (seed ${seed + run - 1})`, trace } }
  }
  return { runs, complete: false, violation: null }
}
