/** Stands for the moment in which it is not known who we are; seen only if that takes long. */
import { Logo } from './logo.tsx'

export function Splash() {
  return (
    <main class="splash" aria-busy="true" aria-label="Parley is starting">
      <Logo size={56} />
    </main>
  )
}
