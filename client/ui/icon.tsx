/** The few pictures the interface uses: strokes on a 20-unit grid, silent for screen readers. */

const shapes = {
  hash: 'M8 3 6.5 17M13.5 3 12 17M3.5 7.5h13.5M3 12.5h13.5',
  lock: 'M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9',
  plus: 'M10 4v12M4 10h12',
  compass: 'M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM13 7l-1.8 4.2L7 13l1.8-4.2z',
  send: 'M10 16V4.5M4.8 9.5 10 4.3l5.2 5.2',
  smile: 'M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM7 12c.8 1 1.8 1.5 3 1.5s2.2-.5 3-1.5M7.5 8v.01M12.5 8v.01',
  reply: 'M8 4.5 3.5 9 8 13.5M3.5 9h7.5a5.5 5.5 0 0 1 5.5 5.5V16',
  pencil: 'm3.5 16.5.8-3.5L13 4.3a1.6 1.6 0 0 1 2.3 0l.4.4a1.6 1.6 0 0 1 0 2.3L7 15.7z',
  trash: 'M4 5.5h12M8 5.5V3.5h4v2M5.5 5.5 6.2 16.5h7.6l.7-11M8.5 9v4.5M11.5 9v4.5',
  copy: 'M7 7h9.5v9.5H7zM13 7V3.5H3.5V13H7',
  people:
    'M7.5 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 16.5c.3-3 2.5-4.8 5.5-4.8s5.2 1.8 5.5 4.8M13 3.8a2.9 2.9 0 0 1 0 5.5M15 12c1.8.7 2.8 2.3 3 4.5',
  back: 'M12 4 6 10l6 6',
  close: 'M5 5l10 10M15 5 5 15',
  gear: 'M3 6h7.5M14.5 6H17M3 14h2.5M9.5 14H17M12.5 4a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM7.5 12a2 2 0 1 0 0 4 2 2 0 0 0 0-4z',
  down: 'M10 4v11.5M4.8 10.3 10 15.5l5.2-5.2',
  warning: 'M10 3 2.5 16.5h15zM10 8.5v3.5M10 14.3v.01',
  retry: 'M16 10a6 6 0 1 1-1.8-4.3M16.3 2.8v3.4h-3.4',
  check: 'm4 10.5 4 4 8-9',
  exit: 'M8 3.5H4v13h4M12.5 6 16.5 10l-4 4M16 10H8',
  device: 'M3.5 4h13v9h-13zM7 16.5h6M10 13v3.5',
  phone: 'M6 2.5h8v15H6zM9.5 14.8h1',
  node: 'M3.5 4h13v5h-13zM3.5 11h13v5h-13zM6.5 6.5v.01M6.5 13.5v.01',
  talk: 'M4 4h12v9.5H9.5L6 16.5v-3H4zM10 6.5v4.5M7.7 8.7h4.6',
  more: 'M4.5 10v.01M10 10v.01M15.5 10v.01',
  gap: 'M4 5h12M4 15h12M6 10h.01M10 10h.01M14 10h.01',
  leave: 'M11 3.5H5v13h6M9 10h8M14 7l3 3-3 3',
  sun: 'M10 6.8a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4zM10 2v1.8M10 16.2V18M2 10h1.8M16.2 10H18M4.4 4.4l1.2 1.2M14.4 14.4l1.2 1.2M15.6 4.4l-1.2 1.2M5.6 14.4l-1.2 1.2',
  link: 'M8.5 11.5a3 3 0 0 0 4.2 0l2.8-2.8a3 3 0 0 0-4.2-4.2l-1 1M11.5 8.5a3 3 0 0 0-4.2 0l-2.8 2.8a3 3 0 0 0 4.2 4.2l1-1',
  unread:
    'M16 9.5V15a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1h5.5M15 3.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z',
  pin: 'M7 3.5h6M8 3.5v4.8L5.5 11v1h9v-1L12 8.3V3.5M10 12v5',
  moon: 'M16.5 11.8A6.8 6.8 0 0 1 8.2 3.5a6.8 6.8 0 1 0 8.3 8.3z',
} as const

export type IconName = keyof typeof shapes

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" width={size} height={size} aria-hidden="true">
      <path d={shapes[name]} />
    </svg>
  )
}
