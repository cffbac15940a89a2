/** What can be broken: `begin` resolves when it is, `end` when it was asked to be whole again. */
export type Fault = {
  name: string
  lastsMs: [min: number, max: number]
  begin(): Promise<void>
  end(): Promise<void>
}
