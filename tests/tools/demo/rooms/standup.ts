/** Every weekday morning, the same three questions; written by chance, for so many mornings nobody remembers. */
import type { Seeded } from '../../../kit/seeded.ts'
import type { Talk } from '../talk.ts'

const doing: Record<string, readonly string[]> = {
  jonas: [
    'the sleep rewrite',
    'power budget of the radio',
    'bootloader on the new board',
    'brownout on the bench',
    'GPS cold start',
  ],
  yuki: [
    'adaptive sampling',
    'tank runs with the wave paddle',
    'pressure sensor noise',
    'the replay notebook',
    'filters for ferries',
  ],
  priya: [
    'reviews',
    'the release checklist',
    'flaky test of the uplink',
    'signing keys for updates',
    'watchdog follow-ups',
  ],
  ines: [
    'tidal residuals',
    'datum offsets of the new stations',
    'storm statistics',
    'gap filling',
    'the quality flags',
  ],
  elif: ['the public map', 'the slow query', 'exports for the harbour office', 'dark theme', 'station pages'],
  kofi: ['brackets', 'spare parts list', 'the test tank', 'crates for Bergen', 'O-rings, again'],
}
const closings = [
  '',
  '',
  '',
  ' No blockers.',
  ' Blocked by nothing.',
  ' Could use a second pair of eyes after lunch.',
  ' Waiting for parts.',
]

/** One talk a morning, the oldest first. */
export function standups(mornings: number, chance: Seeded): Talk[] {
  return Array.from({ length: mornings }, () =>
    chance
      .shuffle(Object.entries(doing))
      .slice(0, chance.between(3, 6))
      .map(([who, subjects]) => {
        const [before = '', next = ''] = chance.shuffle(subjects)
        return {
          who,
          text: `Yesterday ${before}, today ${chance.chance(0.4) ? `more of ${before}` : next}.${chance.pick(closings)}`,
          ...(chance.chance(0.15) ? { reactions: { '👍': chance.shuffle(Object.keys(doing)).slice(0, 2) } } : {}),
        }
      }),
  )
}
