/** What every workload is given and gives back. */
import type { Report, Section } from './instrument/report.ts'
import type { Stage } from './instrument/stage.ts'

/** As the command line says it; a workload takes what it knows. */
export type Options = {
  messages: number
  rooms: number
  users: number
  rounds: number
  sliceMs: number
  only: readonly string[]
  /** Small sizes, for the ratios alone. */
  quick: boolean
}

export type Workload = Pick<Report, 'workload' | 'title'> & {
  about(options: Options): string[]
  /** Fills the empty database of a stage. */
  prepare(stage: Stage, options: Options): Promise<void>
  /** Parts that a quick run leaves out. */
  slow?: readonly string[]
  /** Parts that can be run alone, in their order. */
  parts: Record<string, (stage: Stage, options: Options) => Promise<Section>>
}
