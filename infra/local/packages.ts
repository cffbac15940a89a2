/** Debian's package manager, for root on Debian or Ubuntu: installs without starting a single service. */
import { execFile } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Fault, hasCode } from './fault.ts'

const run = promisify(execFile)
const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' }
const patienceMs = 300_000
/** invoke-rc.d asks this script before a package's own service starts; 101 forbids it. */
const policy = { path: '/usr/sbin/policy-rc.d', script: '#!/bin/sh\n# parley: no service starts by itself\nexit 101\n' }

export async function isDebian(): Promise<boolean> {
  if (process.platform !== 'linux') return false
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '')
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release)
}

export async function canInstall(): Promise<boolean> {
  return process.getuid?.() === 0 && (await isDebian())
}

/** Refuses with apt's last lines; whatever starts services afterwards is as it was before. */
export async function install(packages: string[]): Promise<void> {
  const ours = await forbidServices()
  try {
    await apt('update')
    await apt('install', '-y', '--no-install-recommends', ...packages)
  } catch (fault) {
    const lines = String(fault).trimEnd().split('\n').slice(-12).join('\n')
    throw new Fault(`unable to install ${packages.join(' and ')}; apt-get said:\n${lines}`)
  } finally {
    if (ours) await rm(policy.path, { force: true })
  }
}

/** Waits its turn while another apt-get runs. */
async function apt(...args: string[]): Promise<void> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    try {
      await run('apt-get', ['-q', ...args], { env: environment, maxBuffer: 64 * 1024 * 1024 })
      return
    } catch (fault) {
      const isBusy = /could not get lock|unable to acquire/i.test(String(fault))
      if (!isBusy || performance.now() > deadline) throw fault
      await pause(1_000)
    }
  }
}

/** Resolves with whether the policy is ours to take away again. */
async function forbidServices(): Promise<boolean> {
  try {
    await writeFile(policy.path, policy.script, { flag: 'wx', mode: 0o755 })
    return true
  } catch (fault) {
    if (!hasCode(fault, 'EEXIST')) throw fault
    return (await readFile(policy.path, 'utf8')) === policy.script // left by a start that was killed
  }
}
