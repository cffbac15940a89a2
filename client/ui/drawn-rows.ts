/** The rows that are on the page, as the browser laid them out, between two empty spaces for those that are not. */
import type { Range } from './row-table.ts'

/** The children of `list` are the rows. */
export type Elements = { scroller: HTMLElement; above: HTMLElement; list: HTMLElement; below: HTMLElement }

export type DrawnRows = ReturnType<typeof openDrawnRows>

export function openDrawnRows({ scroller, above, list, below }: Elements) {
  let range: Range = { start: 0, end: 0 }
  let abovePx = 0

  const fromTop = (element: Element) => element.getBoundingClientRect().top - scroller.getBoundingClientRect().top

  return {
    range: () => range,
    /** The page was drawn with these rows. */
    take(next: Range) {
      range = next
    },
    viewPx: () => scroller.clientHeight,
    widthPx: () => scroller.clientWidth,
    scrolledPx: () => scroller.scrollTop,
    scrollBy(px: number) {
      scroller.scrollTop += px
    },
    /** How far it can be scrolled on. */
    footPx: () => scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop,
    /** Pixels from the top of the view to the first drawn row. */
    listTop: () => fromTop(list),
    /** Pixels from the top of the view to row `index`; `null` when it is not drawn. */
    topOf(index: number): number | null {
      const element = list.children[index - range.start]
      return element === undefined ? null : fromTop(element)
    },
    /** Tells the height of every drawn row. */
    measure(tell: (index: number, px: number) => void) {
      for (const [place, element] of [...list.children].entries()) {
        tell(range.start + place, element.getBoundingClientRect().height)
      }
    },
    abovePx: () => abovePx,
    setAbove(px: number) {
      abovePx = px
      above.style.blockSize = `${px}px`
    },
    setBelow(px: number) {
      below.style.blockSize = `${px}px`
    },
    /** Watches what changes by itself: sizes, and where the reader scrolls to. Returns how to stop. */
    watch(onResize: () => void, onScroll: () => void): () => void {
      const resized = new ResizeObserver(onResize)
      resized.observe(scroller)
      resized.observe(list)
      scroller.addEventListener('scroll', onScroll, { passive: true })
      return () => {
        resized.disconnect()
        scroller.removeEventListener('scroll', onScroll)
      }
    },
  }
}
