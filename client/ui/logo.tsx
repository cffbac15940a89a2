/** The sign of Parley: two voices. */
export function Logo({ size = 28 }: { size?: number }) {
  return <img class="logo" src="/icon.svg" alt="" width={size} height={size} />
}
