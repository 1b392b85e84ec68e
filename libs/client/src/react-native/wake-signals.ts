/** Moments in which a phone's connection may be dead without a sign: the app is shown again, the network is another one. */
import type { Unsubscribe } from '../base/store';

export interface AppStateLike {
  addEventListener(type: 'change', listener: (state: string) => void): { remove(): void };
}

export interface NetInfoLike {
  addEventListener(
    listener: (state: { readonly type: string; readonly isConnected: boolean | null }) => void,
  ): Unsubscribe;
}

export function onNativeWake(appState: AppStateLike, netInfo: NetInfoLike | undefined, wake: () => void): Unsubscribe {
  const subscription = appState.addEventListener('change', (state) => {
    if (state === 'active') wake();
  });
  let network: string | undefined;
  // Calls back at once with the present network, which is no change.
  const unsubscribe = netInfo?.addEventListener(({ type, isConnected }) => {
    const previous = network;
    network = isConnected === false ? 'none' : type;
    if (previous !== undefined && network !== previous && network !== 'none') wake();
  });
  return () => {
    subscription.remove();
    unsubscribe?.();
  };
}
