/** The modules that an app passes to the SDK, as they behave according to their documentation. */
import type { ReactNativeModules } from '@aeturnis/client/react-native';

type Network = { readonly type: string; readonly isConnected: boolean | null };

export class PhoneModules implements ReactNativeModules {
  readonly items = new Map<string, string>();
  private readonly appListeners = new Set<(state: string) => void>();
  private readonly netListeners = new Set<(state: Network) => void>();

  readonly AsyncStorage = {
    getAllKeys: async () => [...this.items.keys()],
    getItem: async (key: string) => this.items.get(key) ?? null,
    setItem: async (key: string, value: string) => void this.items.set(key, value),
    removeItem: async (key: string) => void this.items.delete(key),
  };
  readonly AppState = {
    addEventListener: (_: 'change', listener: (state: string) => void) => {
      this.appListeners.add(listener);
      return { remove: () => void this.appListeners.delete(listener) };
    },
  };
  readonly NetInfo = {
    addEventListener: (listener: (state: Network) => void) => {
      this.netListeners.add(listener);
      listener({ type: 'wifi', isConnected: true });
      return () => void this.netListeners.delete(listener);
    },
  };

  get listenerCount(): number {
    return this.appListeners.size + this.netListeners.size;
  }

  changeApp(state: string): void {
    for (const listener of this.appListeners) listener(state);
  }

  changeNetwork(type: string): void {
    for (const listener of this.netListeners) listener({ type, isConnected: type !== 'none' });
  }
}
