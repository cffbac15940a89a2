/** Somebody's other device, on which they end the session of the first. */
import type { Device } from '#protocol/panel.ts'
import type { Answer } from '#protocol/wire.ts'
import { type Account, openBrowser } from './browser.ts'
import { insist } from './insist.ts'

/** Resolves when every other device is signed out, as the server says. */
export async function endOtherDevices(url: string, account: Account): Promise<void> {
  const { http } = openBrowser(url)
  await insist('sign in', () => http('POST', '/api/session', account))
  const { sessions } = await insist('list devices', () => http<{ sessions: Device[] }>('GET', '/api/sessions'))
  for (const { handle, current } of sessions)
    if (!current) await insist('revoke a device', () => gone(http('DELETE', `/api/sessions/${handle}`)))
}

/** What is not there any more was ended by the attempt before. */
async function gone(asking: Promise<Answer<unknown>>): Promise<Answer<unknown>> {
  const answer = await asking
  return !answer.ok && answer.code === 'not-found' ? { ok: true, value: {} } : answer
}
