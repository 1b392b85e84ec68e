/** Moments in which a browser's connection may be dead without a sign: the network returns, or the page is shown again. */
import type { Unsubscribe } from '../base/store';

export function onBrowserWake(listener: () => void): Unsubscribe {
  const onVisible = (): void => {
    if (document.visibilityState === 'visible') listener();
  };
  const events: readonly [EventTarget, string, () => void][] = [
    [window, 'online', listener],
    // A page from the back-forward cache, whose connection the browser has closed.
    [window, 'pageshow', listener],
    [document, 'visibilitychange', onVisible],
  ];
  for (const [target, name, handle] of events) target.addEventListener(name, handle);
  return () => {
    for (const [target, name, handle] of events) target.removeEventListener(name, handle);
  };
}
