import type { JSX } from 'preact';

/** Drawn here: a font or a set of icons would be one more thing to load and to keep. All on 20 by 20. */
const PATHS = {
  overview: 'M3 11.5h3l2-6 4 10 2-6h3',
  failures: 'M10 3.5 17.5 16.5h-15zM10 8.5v3.5M10 14.2v.1',
  search: 'M9 3.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM13 13l4 4',
  mapping: 'M3 5.5h4.5l5 9H17M3 14.5h4.5l1.3-2.3M12.5 5.5H17l-2-2m2 2-2 2m2 7-2-2m2 2-2 2',
  conversions: 'M3 4h14l-5.5 6.5V16l-3 1v-6.5z',
  good: 'M4.5 10.5l3.5 3.5 7.5-8',
  bad: 'M5.5 5.5l9 9M14.5 5.5l-9 9',
  warn: 'M10 4.5v7M10 15v.1',
  busy: 'M10 4.5V10l3.5 2M10 2.5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15z',
  idle: 'M5 10h10',
  sun: 'M10 6.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM10 1.8v1.7M10 16.5v1.7M1.8 10h1.7M16.5 10h1.7M4.2 4.2l1.2 1.2M14.6 14.6l1.2 1.2M15.8 4.2l-1.2 1.2M5.4 14.6l-1.2 1.2',
  moon: 'M16.5 11.8A6.8 6.8 0 0 1 8.2 3.5a6.8 6.8 0 1 0 8.3 8.3z',
  leave: 'M8 3.5H4.5v13H8M12 6.5l3.5 3.5-3.5 3.5M15 10H7.5',
  plan: 'M4.5 5.5h11M4.5 10h11M4.5 14.5h6',
  call: 'M3.5 10h13M11.5 5l5 5-5 5',
  writeBack: 'M16.5 10h-13M8.5 5l-5 5 5 5',
  engagement: 'M4.5 3.5l12 5-5 2-2 5.5z',
  retry: 'M15.5 8A6 6 0 1 0 16 11.5M16 4v4h-4',
  copy: 'M7 7h9v9.5H7zM4 13V3.5h9',
} as const;

export type IconName = keyof typeof PATHS;

/** A drawing beside words that say the same, so nobody is read it. */
export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
