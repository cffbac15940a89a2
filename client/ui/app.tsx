/** Parley as a person sees it: the door, or the workspace behind it. */
import type { Parts } from './parts.ts'
import { PartsContext } from './parts.ts'
import { SignIn } from './sign-in.tsx'
import { Splash } from './splash.tsx'
import { useCell } from './use-cell.ts'
import { Workspace } from './workspace.tsx'

export function App({ parts }: { parts: Parts }) {
  return (
    <PartsContext.Provider value={parts}>
      <Screen parts={parts} />
    </PartsContext.Provider>
  )
}

function Screen({ parts }: { parts: Parts }) {
  const account = useCell(parts.engine.account)
  switch (account.state) {
    case 'loading':
      return <Splash />
    case 'signed-out':
      return <SignIn account={account} />
    case 'signed-in':
      return <Workspace user={account.user} />
  }
}
