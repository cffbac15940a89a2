/** The engine against real nodes, as a browser would run it: a cookie jar, a disk, and a door that leads to some node. */
import { openDisk } from '../../client/engine/disk.ts'
import { openEngine } from '../../client/engine/engine.ts'
import type { Engine } from '../../client/engine/face.ts'
import { openHttp } from '../../client/engine/http.ts'
import { mintId } from '../../client/engine/id.ts'
import { openLink } from '../../client/engine/link.ts'
import { openConnect } from '../../client/engine/link-socket.ts'
import { openSoleTab } from '../../client/engine/tabs.ts'
import { openMemoryVault } from '../../client/engine/vault.ts'
import { systemClock } from '../../server/kit/clock.ts'
import { freshName, openVisitor, password } from './visitor.ts'

/** `door`: the origin that answers next, as nginx would choose it. */
export function openBrowser(door: () => string, { pollingFirst = false } = {}) {
  const jar = openVisitor(door())
  const vault = openMemoryVault()
  const clock = systemClock
  let tabs = 0
  return {
    jar,
    vault,
    open(): Engine {
      return openEngine({
        http: openHttp({
          url: '',
          clock,
          async fetch(path, { method, body }) {
            jar.origin = door()
            const reply = await jar.ask<unknown>(method, path, {
              headers: { 'content-type': 'application/json' },
              ...(body === undefined ? {} : { text: body }),
            })
            return new Response(reply.status === 204 ? null : JSON.stringify(reply.body), { status: reply.status })
          },
        }),
        openLink: (told) =>
          openLink({
            ...told,
            clock,
            random: Math.random,
            connect: (needs) =>
              openConnect({ url: door(), clock, cookie: () => jar.cookie })({ ...needs, pollingFirst }),
          }),
        openDisk: async () => openDisk(vault),
        tabs: openSoleTab(`tab-${++tabs}`),
        clock,
        random: Math.random,
        newId: mintId,
      })
    },
  }
}

/** Somebody new, signed up and online. */
export async function openNewcomer(door: () => string) {
  const browser = openBrowser(door)
  const engine = browser.open()
  const answer = await engine.signUp({ username: freshName(), password })
  if (!answer.ok) throw new Error(`unable to sign up; ${answer.code}`)
  return { browser, engine, user: answer.value }
}
