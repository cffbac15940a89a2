/** Which keys may go in one command: those with the same hash tag live together, whatever Redis this is. */

const tagOf = (key: string) => /\{(.+?)\}/.exec(key)?.[1] ?? key

/** In the order of their first keys. */
export const byHashTag = (keys: readonly string[]): string[][] => [...Map.groupBy(keys, tagOf).values()]
