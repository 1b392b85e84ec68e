/** Which view is shown, after the `#` of the address: `#people/0b9b…` is the view `people` with one argument. */
import { computed, signal } from '@preact/signals';

/** With its path, so that links are not taken for jumps within a view. */
const PAGE = '/admin';

const hash = signal(location.hash);
addEventListener('hashchange', () => (hash.value = location.hash));

export interface Route {
  readonly view: string;
  /** Of the view: the id of what it shows; empty for its list. */
  readonly subject: string;
}

export const route = computed<Route>(() => {
  const [view = '', subject = ''] = hash.value.replace(/^#\/?/, '').split('/');
  return { view, subject: safelyDecoded(subject) };
});

export const linkToView = (view: string, subject = ''): string =>
  `${PAGE}#${view}${subject === '' ? '' : `/${encodeURIComponent(subject)}`}`;

function safelyDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
