/** Tells whoever watches the start what is happening and how long it took. */

export type Progress = {
  say(line: string): void
  /** Prints one line when `work` is done: its name, how long, and what `work` returned as a remark. */
  step<Value>(name: string, work: () => Promise<Value>, remark?: (value: Value) => string): Promise<Value>
}

type Needs = { write: (text: string) => void; isTerminal: boolean }

export function openProgress({ write, isTerminal }: Needs): Progress {
  let underWay = ''
  const clear = () => {
    if (underWay !== '') write('\r\u001b[2K')
  }

  function say(line: string): void {
    clear()
    write(`  ${line}\n${underWay}`)
  }

  return {
    say,
    async step(name, work, remark = () => '') {
      const began = performance.now()
      underWay = isTerminal ? `  ${name} …` : ''
      if (underWay !== '') write(underWay)
      try {
        const value = await work()
        const seconds = ((performance.now() - began) / 1_000).toFixed(1)
        clear()
        underWay = ''
        write(`  ${name.padEnd(20)} ${seconds.padStart(5)} s   ${remark(value)}`.trimEnd().concat('\n'))
        return value
      } catch (fault) {
        if (underWay !== '') write('\n')
        underWay = ''
        throw fault
      }
    },
  }
}
