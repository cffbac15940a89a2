/** Grey shapes where messages will be; the style lets them appear only after 200 ms. */

const widths = [62, 38, 84, 51, 70, 33, 58, 77]

export function Skeletons({ count }: { count: number }) {
  return (
    <div class="skeletons" aria-hidden="true">
      {Array.from({ length: count }, (_, index) => (
        <div key={index} class="skeleton">
          <span class="skeleton-face" />
          <span class="skeleton-line" data-width={widths[(index * 5) % widths.length]} />
          <span class="skeleton-line" data-width={widths[index % widths.length]} />
        </div>
      ))}
    </div>
  )
}
