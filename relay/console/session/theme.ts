import { signal } from '@preact/signals';

export type Theme = 'light' | 'dark';

const KEY = 'onesignal-console-theme';

/** What shows now. */
export const theme = signal<Theme>('light');

/** A choice that is the system’s own is not kept, so that the page follows the system again. */
export function toggleTheme(): void {
  const next = theme.value === 'dark' ? 'light' : 'dark';
  keep(next === ofSystem() ? null : next);
  show(next);
}

export function startTheme(): void {
  const follow = () => show(kept() ?? ofSystem());
  systemIsDark().addEventListener('change', follow);
  follow();
}

function show(next: Theme): void {
  theme.value = next;
  document.documentElement.dataset.theme = next;
}

function ofSystem(): Theme {
  return systemIsDark().matches ? 'dark' : 'light';
}

function systemIsDark(): MediaQueryList {
  return matchMedia('(prefers-color-scheme: dark)');
}

/** Storage can be switched off in a browser: then a choice lasts as long as the page. */
function kept(): Theme | null {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : null;
  } catch {
    return null;
  }
}

function keep(choice: Theme | null): void {
  try {
    if (choice === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  } catch {
    // As above.
  }
}
