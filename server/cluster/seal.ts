/** The seal on an order: only who has the cluster's secret can make one, and whoever changes a letter breaks it. [O1] */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

export type Seal = {
  /** The words under a seal, as one line. */
  close(words: string): string
  /** The words, or null when the seal is not ours. */
  open(sealed: string): string | null
}

/** A key of its own from the secret, so that nothing signed for another purpose can ever pass for an order. */
export function openSeal({ secret }: { secret: string }): Seal {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'parley orders', 32))
  const signatureOf = (words: string) => createHmac('sha256', key).update(words).digest('base64url')

  return {
    close: (words) => `${signatureOf(words)} ${words}`,
    open(sealed) {
      const space = sealed.indexOf(' ')
      const given = Buffer.from(sealed.slice(0, Math.max(0, space)))
      const words = sealed.slice(space + 1)
      const ours = Buffer.from(signatureOf(words))
      return given.length === ours.length && timingSafeEqual(given, ours) ? words : null
    },
  }
}
