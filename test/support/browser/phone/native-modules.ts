/** What the example's native modules keep and report, on the storage and the events of a page. */
interface Page {
  readonly localStorage: {
    getItem(key: string): string | null;
    setItem(key: string, value: string): void;
    removeItem(key: string): void;
  };
  readonly navigator: { readonly onLine: boolean };
  addEventListener(type: 'online' | 'offline', listener: () => void): void;
  removeEventListener(type: 'online' | 'offline', listener: () => void): void;
}
const page = globalThis as unknown as Page;

export const asyncStorage = {
  getAllKeys: async () => Object.keys(page.localStorage),
  getItem: async (key: string) => page.localStorage.getItem(key),
  setItem: async (key: string, value: string) => page.localStorage.setItem(key, value),
  removeItem: async (key: string) => page.localStorage.removeItem(key),
};

export const netInfo = {
  addEventListener(listener: (state: { type: string; isConnected: boolean }) => void): () => void {
    const report = (): void => {
      const isConnected = page.navigator.onLine;
      listener({ type: isConnected ? 'wifi' : 'none', isConnected });
    };
    report();
    for (const type of ['online', 'offline'] as const) page.addEventListener(type, report);
    return () => {
      for (const type of ['online', 'offline'] as const) page.removeEventListener(type, report);
    };
  },
};

interface KeychainOptions {
  readonly service: string;
}

export const ACCESSIBLE = { AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY: 'AccessibleAfterFirstUnlockThisDeviceOnly' };

export async function getGenericPassword({ service }: KeychainOptions): Promise<false | { password: string }> {
  const password = page.localStorage.getItem(`keychain:${service}`);
  return password === null ? false : { password };
}

export async function setGenericPassword(_: string, password: string, { service }: KeychainOptions): Promise<void> {
  page.localStorage.setItem(`keychain:${service}`, password);
}

export async function resetGenericPassword({ service }: KeychainOptions): Promise<void> {
  page.localStorage.removeItem(`keychain:${service}`);
}
