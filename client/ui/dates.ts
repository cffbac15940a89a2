/** Times as people of the browser's language write them. */

const time = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' })
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' })
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' })
const longDay = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' })
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })

const dayMs = 86_400_000

export const timeOf = (at: string): string => time.format(new Date(at))

export const fullTimeOf = (at: string): string => full.format(new Date(at))

export const dateOf = (at: string): string => longDay.format(new Date(at))

/** One number per calendar day here. */
export function dayOf(at: string | number): number {
  const date = new Date(at)
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / dayMs)
}

/** "Today", "Yesterday", "Monday, 3 March", or with the year when it is long ago. */
export function dayName(at: string, nowMs: number): string {
  const ago = dayOf(nowMs) - dayOf(at)
  if (ago === 0 || ago === 1) return capital(relative.format(-ago, 'day'))
  return (ago < 300 ? weekday : longDay).format(new Date(at))
}

/** "3 days ago", as coarse as it may be. */
export function agoOf(at: string, nowMs: number): string {
  const seconds = Math.min(0, (Date.parse(at) - nowMs) / 1_000)
  if (seconds > -90) return relative.format(Math.round(seconds / 60), 'minute')
  if (seconds > -5_400) return relative.format(Math.round(seconds / 60), 'minute')
  if (seconds > -129_600) return relative.format(Math.round(seconds / 3_600), 'hour')
  return relative.format(Math.round(seconds / 86_400), 'day')
}

function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1)
}
