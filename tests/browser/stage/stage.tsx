/** The interface over the fake engine: every state at hand, no server. `window.stage` sets the scene. */
import { render } from 'preact'
import '../../../client/style/parley.css'
import { systemClock } from '../../../client/engine/clock.ts'
import { App } from '../../../client/ui/app.tsx'
import { openParts } from '../../../client/ui/open-parts.ts'
import type { FakeEngine } from '../../fakes/fake-engine.ts'
import { openFakeEngine } from '../../fakes/fake-engine.ts'
import { stageNow } from '../../fakes/staged-room.ts'

declare global {
  interface Window {
    stage: FakeEngine & { now: number; openedAt: number }
  }
}

const query = new URLSearchParams(window.location.search)
const fake = openFakeEngine({
  signedIn: !query.has('out'),
  isAdmin: query.has('admin'),
  many: Number(query.get('many') ?? 400),
})
const shiftMs = stageNow - Date.now()
const clock = { ...systemClock, now: () => Date.now() + shiftMs }
window.stage = Object.assign(fake, { now: stageNow, openedAt: Date.now() })

const root = document.querySelector('#app')
if (root) render(<App parts={openParts({ engine: fake.engine, clock, page: window })} />, root)
