/** Line icons of 24 by 24. */
import type { JSX } from 'preact';

const PATHS = {
  chat: 'M4 5h16v11H9l-5 4z',
  mail: 'M3 6h18v12H3zM3 7l9 6 9-6',
  sword: 'M19 4l-9.5 9.5M19 4v4l-8 8M19 4h-4l-8 8M6 13l5 5M4 20l4-4',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.5a6.5 6.5 0 0 1 3.5 5.5',
  bell: 'M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4',
  user: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21a8 8 0 0 1 16 0',
  send: 'M4 12l16-8-6 16-3-7z',
  back: 'M15 5l-7 7 7 7',
  plug: 'M9 3v5M15 3v5M6 8h12v4a6 6 0 0 1-12 0zM12 18v3',
  hole: 'M12 3a9 9 0 1 0 9 9M12 8a4 4 0 1 0 4 4M15 3.5a9 9 0 0 1 5.5 5.5',
  skull: 'M5 11a7 7 0 0 1 14 0c0 2.5-1.5 4-3 5v3H8v-3c-1.5-1-3-2.5-3-5zM9.5 11.5v.01M14.5 11.5v.01',
  check: 'M5 12.5l4.5 4.5L19 7',
  cross: 'M6 6l12 12M18 6L6 18',
  dice: 'M5 5h14v14H5zM9 9v.01M15 15v.01M12 12v.01M15 9v.01M9 15v.01',
  voice: 'M4 10v4M8 7v10M12 4v16M16 8v8M20 10v4',
  keys: 'M3 7h18v10H3zM7 10.5v.01M11 10.5v.01M15 10.5v.01M8 14h8',
  walk: 'M13 5a1.5 1.5 0 1 0 0-.01zM8 21l3-6-1-5 4 1 2 3M11 10l-3 2v3M14 14l2 7',
  door: 'M6 21V4h12v17M3 21h18M14.5 12.5v.01',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z',
  replay: 'M4 5v5h5M4.5 10a8 8 0 1 1-.5 4',
  gauge: 'M4 18a9 9 0 1 1 16 0M12 14l4-5M12 14v.01',
  server: 'M4 4h16v7H4zM4 13h16v7H4zM7.5 7.5v.01M7.5 16.5v.01',
  megaphone: 'M4 10v4h3l9 5V5l-9 5zM19 9.5a4 4 0 0 1 0 5',
  book: 'M5 4h12a2 2 0 0 1 2 2v14H7a2 2 0 0 1-2-2zM5 18a2 2 0 0 1 2-2h12M9 8h6',
  link: 'M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7l1-1',
  rooms: 'M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z',
  limits: 'M4 8h16M4 16h16M9 5v6M15 13v6',
  inspect: 'M8 6l-5 6 5 6M16 6l5 6-5 6M13.5 4l-3 16',
  more: 'M6 12v.01M12 12v.01M18 12v.01',
} as const;

export type IconName = keyof typeof PATHS;

/** An ornament: what it stands beside, or the label of its button, says the same in words. */
export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
