/** Where a reader is in a timeline: at its end, or with one row held at a distance from the top of the view. */

export type Place = { kind: 'end' } | { kind: 'row'; key: string; top: number }

export const theEnd: Place = { kind: 'end' }
