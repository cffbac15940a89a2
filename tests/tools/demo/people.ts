/** Who works at Tidewater, a small maker of instruments that listen to the sea. */

export type Somebody = { username: string; displayName: string; status?: string }

/** The first is whom the gallery looks over the shoulder of. */
export const people: readonly Somebody[] = [
  { username: 'mara', displayName: 'Mara Lindqvist', status: 'On the pier until noon' },
  { username: 'jonas', displayName: 'Jonas Okafor', status: 'Firmware, firmware, firmware' },
  { username: 'ines', displayName: 'Inês Duarte' },
  { username: 'tomas', displayName: 'Tomáš Havel', status: 'Back on Monday' },
  { username: 'yuki', displayName: 'Yuki Tanabe' },
  { username: 'priya', displayName: 'Priya Raman', status: 'Reviewing, ping me' },
  { username: 'elif', displayName: 'Elif Aydın' },
  { username: 'sam', displayName: 'Sam Whitlock' },
  { username: 'noor', displayName: 'Noor El-Amin', status: 'In Bergen this week' },
  { username: 'leo', displayName: 'Leo Marchetti' },
  { username: 'hanna', displayName: 'Hanna Brandt' },
  { username: 'kofi', displayName: 'Kofi Mensah' },
]
