/** The tabs of a browser: Web Locks decide which one sends, a broadcast channel announces changes. */
import type { Tabs } from '../outbox/tabs';

/** @param scope names the channel and begins the name of each lock: tabs of another scope neither wait nor are notified. */
export function browserTabs(scope: string): Tabs {
  // Without a secure context there are no locks, and the server recognises what two tabs send.
  const locks = 'locks' in navigator ? navigator.locks : undefined;
  const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(scope);
  return {
    exclusively: (name, work) => (locks ? locks.request(`${scope} ${name}`, work) : work()),
    onChange(listener) {
      channel?.addEventListener('message', listener);
      return () => channel?.removeEventListener('message', listener);
    },
    announceChange: () => channel?.postMessage('changed'),
  };
}
