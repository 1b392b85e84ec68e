/** The tabs of a browser: Web Locks decide which one sends, a broadcast channel announces changes. */
import type { Tabs } from '../outbox/tabs';

/** @param scope names the channel and begins the name of each lock: tabs of another scope neither wait nor are notified. */
export function browserTabs(scope: string): Tabs {
  // Without a secure context there are no locks, and the server recognises what two tabs send.
  const locks = 'locks' in navigator ? navigator.locks : undefined;
  let channel: BroadcastChannel | undefined;
  let listeners = 0;
  return {
    exclusively: (name, work) => (locks ? locks.request(`${scope} ${name}`, work) : work()),
    onChange(listener) {
      if (typeof BroadcastChannel === 'undefined') return () => undefined;
      const own = (channel ??= new BroadcastChannel(scope));
      own.addEventListener('message', listener);
      listeners += 1;
      let isListening = true;
      return () => {
        if (!isListening) return;
        isListening = false;
        own.removeEventListener('message', listener);
        listeners -= 1;
        if (listeners > 0) return;
        own.close();
        channel = undefined;
      };
    },
    announceChange: () => channel?.postMessage('changed'),
  };
}
