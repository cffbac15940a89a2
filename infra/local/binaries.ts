/** The programs npm does not ship: found, installed, or asked for by the exact line to type. */
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { Fault } from './fault.ts'
import { canInstall, install, isDebian } from './packages.ts'

/** Debian keeps servers where an ordinary user's PATH does not look. */
const alsoHere = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin']

const known = {
  'redis-server': { debian: 'redis-server', brew: 'redis', instead: 'REDIS_URL and CACHE_REDIS_URL' },
  nginx: { debian: 'nginx', brew: 'nginx', instead: null },
} as const

export type Program = keyof typeof known

/** Where `program` is, or null. */
export async function find(program: string, { PATH = '' } = process.env): Promise<string | null> {
  for (const folder of [...PATH.split(delimiter).filter((entry) => entry !== ''), ...alsoHere]) {
    const file = join(folder, program)
    const isThere = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isThere) return file
  }
  return null
}

/** Resolves with the path of each; what is missing is installed (root on Debian), else refused with the line that installs it. */
export async function provide(programs: Program[], say: (line: string) => void): Promise<Map<Program, string>> {
  const missing = (await look(programs)).missing
  if (missing.length > 0) {
    if (!(await canInstall())) throw new Fault(await advice(missing))
    const packages = missing.map((program) => known[program].debian)
    const began = performance.now()
    say(`installing ${packages.join(' and ')} with apt-get …`)
    await install(packages)
    say(`installed ${packages.join(' and ')} in ${((performance.now() - began) / 1_000).toFixed(1)} s`)
  }
  const { found, missing: still } = await look(programs)
  if (still.length > 0) throw new Fault(`unable to find ${still.join(' and ')}; it was just installed`)
  return found
}

async function look(programs: Program[]) {
  const found = new Map<Program, string>()
  for (const program of programs) {
    const file = await find(program)
    if (file !== null) found.set(program, file)
  }
  return { found, missing: programs.filter((program) => !found.has(program)) }
}

async function advice(missing: Program[]): Promise<string> {
  const line =
    process.platform === 'darwin'
      ? `brew install ${missing.map((program) => known[program].brew).join(' ')}`
      : `sudo apt-get update && sudo apt-get install -y ${missing.map((program) => known[program].debian).join(' ')}`
  const debian = process.platform === 'darwin' || (await isDebian())
  const instead = missing.flatMap((program) => known[program].instead ?? [])
  return [
    `unable to find ${missing.join(' and ')}; please type:`,
    `  ${line}${debian ? '' : '   (or the like on this system)'}`,
    ...instead.map((names) => `or name running servers in ${names},`),
    'or run all of it in Docker: docker compose up --build',
  ].join('\n')
}
