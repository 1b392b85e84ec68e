/** The four classes as portraits, drawn by lantern light. */
import type { CharacterClass } from '@aeturnis/contracts';
import type { JSX } from 'preact';

export const HERO_CLASSES = ['warrior', 'mage', 'ranger', 'cleric'] as const satisfies readonly CharacterClass[];

interface PortraitShape {
  readonly light: string;
  readonly cloak: string;
  readonly gear: JSX.Element;
}

const LINE = {
  fill: 'none',
  stroke: '#e8e6df',
  'stroke-width': 2,
  'stroke-linecap': 'round',
  'stroke-linejoin': 'round',
} as const;

const SHAPES: Readonly<Record<CharacterClass, PortraitShape>> = {
  warrior: {
    light: '#f0808a',
    cloak: 'M14 78c2-18 10-26 26-26s24 8 26 26z',
    gear: (
      <>
        <path d="M27 32c0-10 5-16 13-16s13 6 13 16v4H43v10h-6V36H27z" fill="#6b7a8c" />
        <path d="M40 16v-6" {...LINE} />
        <path d="M66 22v34M60 50h12" {...LINE} />
      </>
    ),
  },
  mage: {
    light: '#b79cf0',
    cloak: 'M16 78c0-20 8-28 24-28s24 8 24 28z',
    gear: (
      <>
        <path d="M22 32L42 4l16 28c-10-3-26-3-36 0z" fill="#2b343f" />
        <path d="M20 33c12-5 28-5 40 0" {...LINE} />
        <circle cx="68" cy="34" r="5" fill="#b79cf0" />
        <path d="M68 40v38" {...LINE} />
      </>
    ),
  },
  ranger: {
    light: '#7fc29b',
    cloak: 'M14 78c0-18 10-27 26-27s26 9 26 27z',
    gear: (
      <>
        <path d="M24 46c-4-22 6-34 16-34s20 12 16 34c-4-12-8-16-16-16s-12 4-16 16z" fill="#3c5a49" />
        <path d="M66 20c8 10 8 34 0 44M66 20v44M58 42h14" {...LINE} />
      </>
    ),
  },
  cleric: {
    light: '#f2a65a',
    cloak: 'M16 78c0-20 8-28 24-28s24 8 24 28z',
    gear: (
      <>
        <ellipse cx="40" cy="12" rx="13" ry="4" fill="none" stroke="#f2a65a" stroke-width="2" />
        <path d="M26 40c-3-16 4-22 14-22s17 6 14 22" fill="none" stroke="#a3adb8" stroke-width="5" />
        <path d="M40 58v16M33 64h14" {...LINE} />
      </>
    ),
  },
};

/** An ornament: the class is written beside it. */
export function Portrait({ of }: { readonly of: CharacterClass }): JSX.Element {
  const { light, cloak, gear } = SHAPES[of];
  return (
    <svg class="portrait" viewBox="0 0 80 80" aria-hidden="true">
      <circle cx="40" cy="40" r="38" fill={light} opacity="0.13" />
      <circle cx="40" cy="44" r="24" fill={light} opacity="0.16" />
      <path d={cloak} fill="#1d242d" stroke={light} stroke-width="2" />
      <circle cx="40" cy="36" r="12" fill="#d9c2a5" />
      <path d="M34 36v.01M46 36v.01" stroke="#0e1116" stroke-width="3" stroke-linecap="round" />
      {gear}
    </svg>
  );
}
