/** What stands where a room would be while none is open. */
import { Logo } from './logo.tsx'
import { useParts } from './parts.ts'
import { useCell } from './use-cell.ts'

export function Welcome() {
  const { engine, dialog } = useParts()
  const empty = useCell(engine.rooms).length === 0
  return (
    <main class="room nothing">
      <Logo size={56} />
      <h1>{empty ? 'Welcome to Parley' : 'Pick a room'}</h1>
      <p>
        {empty ? 'Join a room that is open to everybody, or make one of your own.' : 'Or find another one to join.'}
      </p>
      <div class="nothing-choices">
        <button type="button" class="button" data-kind="main" onClick={() => dialog.set('browse')}>
          Browse rooms
        </button>
        <button type="button" class="button" onClick={() => dialog.set('create')}>
          Create a room
        </button>
      </div>
    </main>
  )
}
