/** The tabs of a browser: Web Locks decide which one sends, a broadcast channel announces changes. */
import type { Tabs } from '../outbox/tabs';

export function browserTabs(channelName = 'aeturnis'): Tabs {
  // Without a secure context there are no locks, and the server recognises what two tabs send.
  const locks = 'locks' in navigator ? navigator.locks : undefined;
  const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(channelName);
  return {
    exclusively: (name, work) => (locks ? locks.request(name, work) : work()),
    onChange(listener) {
      channel?.addEventListener('message', listener);
      return () => channel?.removeEventListener('message', listener);
    },
    announceChange: () => channel?.postMessage('changed'),
  };
}
