/** Asks the browser to keep the page for when there is no network, and to look for a newer one. */

/** Resolves also where that cannot be: without a secure origin there is no worker, and the page does without. */
export async function keepShell(container: ServiceWorkerContainer | undefined): Promise<void> {
  await container?.register('/sw.js', { updateViaCache: 'none' }).catch(() => undefined)
}

/** Opens the newest page there is: a worker that has an older one is replaced first, as far as it can be. */
export async function renewPage(page: Window): Promise<void> {
  const registration = await page.navigator.serviceWorker?.getRegistration()
  await registration?.update().catch(() => undefined)
  const next = registration?.installing ?? null
  if (next !== null) {
    await new Promise<void>((resolve) => {
      next.addEventListener('statechange', () => {
        if (next.state === 'activated' || next.state === 'redundant') resolve()
      })
    })
  }
  page.location.reload()
}
