/** The few signs that the pages use, drawn in the colour of the text around them. */

const PATHS = {
  inbox: 'M4 13l2.5-8h11L20 13v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1zM4 13h4.5l1 2.5h5l1-2.5H20',
  people: 'M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3 19c0-3 2.5-5 6-5s6 2 6 5M16 5.5a3 3 0 0 1 0 5.5M17.5 14.5c2.2.6 3.5 2.3 3.5 4.5',
  rooms: 'M5 9h14M5 15h14M10 4L8 20M16 4l-2 16',
  settings: 'M12 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM5 20c0-3.5 3-6 7-6s7 2.500 7 6',
  search: 'M11 17a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM15.500 15.500L20 20',
  back: 'M14.500 5L8 12l6.500 7',
  send: 'M5 12h13M13 6l6 6-6 6',
  attach: 'M12 6v12M6 12h12',
  smile: 'M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM9 10v.5M15 10v.5M8.500 14.500c2 2 5 2 7 0',
  reply: 'M10 6l-6 5.500 6 5.500v-3.500c5 0 8 1.500 10 4.500-.5-5.500-4-8.500-10-8.500z',
  edit: 'M5 19l1-4L16 5l3 3L9 18z',
  bin: 'M5 7h14M10 7V5h4v2M7 7l1 12h8l1-12',
  more: 'M6 12h.01M12 12h.01M18 12h.01',
  close: 'M6 6l12 12M18 6L6 18',
  down: 'M12 5v13M6 12l6 6 6-6',
  details: 'M4 5h16v14H4zM14.500 5v14',
  clock: 'M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM12 8v4.500l3 1.500',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  checks: 'M2.500 12.500L7 17l9-9M12 16l1 1 9-9',
  alert: 'M12 4l9 16H3zM12 10v4.500M12 17v.2',
  flag: 'M6 21V4h12l-3 4.500 3 4.500H6',
  block: 'M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM6.500 6.500l11 11',
  lock: 'M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3',
  link: 'M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 6 6l1-1',
  plus: 'M12 5v14M5 12h14',
  camera: 'M4 8h3l1.500-2.500h7L17 8h3v11H4zM12 16.500a3 3 0 1 0 0-6 3 3 0 0 0 0 6z',
  microphone: 'M12 14.500a3 3 0 0 0 3-3V7a3 3 0 0 0-6 0v4.500a3 3 0 0 0 3 3zM6 11.500a6 6 0 0 0 12 0M12 17.500V21',
  play: 'M8 5.500v13l10-6.500z',
  pause: 'M9 6v12M15 6v12',
  stop: 'M7 7h10v10H7z',
  copy: 'M9 9h10v10H9zM15 9V5H5v10h4',
  file: 'M7 4h7l4 4v12H7zM14 4v4h4',
  right: 'M9 5l7 7-7 7',
  sliders:
    'M4 8h8M17 8h3M4 16h3M12 16h8M14.500 10.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM9.500 18.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z',
  thread: 'M5 5h14v9H11l-4 4v-4H5z',
  silent: 'M6 15V11a6 6 0 0 1 9-5.200M18 10v5H9M10 18.500h4M4.500 4.500l15 15',
  leave: 'M10 5H5v14h5M10 12h10M16 8l4 4-4 4',
} as const
export type IconName = keyof typeof PATHS

export function Icon(props: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[props.name]} />
    </svg>
  )
}
