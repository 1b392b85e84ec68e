/** A client with the modules of React Native, as these behave according to their documentation. */
import { connectSimulated, simulate } from '../../../../test/support/sdk/simulated-client';
import { type AsyncStorageLike } from './async-outbox-storage';
import { reactNative } from './react-native';

class DeviceModules {
  readonly items = new Map<string, string>([['of:another:library', 'no JSON']]);
  readonly AsyncStorage: AsyncStorageLike = {
    getAllKeys: async () => [...this.items.keys()],
    getItem: async (key) => this.items.get(key) ?? null,
    setItem: async (key, value) => void this.items.set(key, value),
    removeItem: async (key) => void this.items.delete(key),
  };
  private readonly appListeners = new Set<(state: string) => void>();
  private readonly netListeners = new Set<(state: { type: string; isConnected: boolean | null }) => void>();
  readonly AppState = {
    addEventListener: (_: 'change', listener: (state: string) => void) => {
      this.appListeners.add(listener);
      return { remove: () => void this.appListeners.delete(listener) };
    },
  };
  readonly NetInfo = {
    addEventListener: (listener: (state: { type: string; isConnected: boolean | null }) => void) => {
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

const message = (tempId: string) => ({ tempId, conversationId: 'c', content: tempId });

it('react native: messages survive the app, and are sent in order by the next start', async () => {
  const simulation = simulate();
  const device = new DeviceModules();
  const first = await connectSimulated(simulation, reactNative(device));
  simulation.server.isReachable = false;
  first.link().cut();
  for (const tempId of ['one', 'two', 'three']) await first.client.outbox.add(message(tempId));
  first.client.close();
  expect(simulation.server.messages).toEqual([]);
  simulation.server.isReachable = true;
  const next = await connectSimulated(simulation, reactNative(device));
  const flushed = next.client.flushed();
  await simulation.clock.pass(5_000);
  await flushed;
  expect(simulation.server.messages.map(({ tempId }) => tempId)).toEqual(['one', 'two', 'three']);
  expect([...device.items.keys()]).toEqual(['of:another:library']);
});

it.each([
  ['the app returns to the foreground', (device: DeviceModules) => device.changeApp('active')],
  ['the network becomes another one', (device: DeviceModules) => device.changeNetwork('cellular')],
])('react native: a connection that no longer answers is replaced within 2 s when %s', async (_, wake) => {
  const simulation = simulate();
  const device = new DeviceModules();
  const { client, link } = await connectSimulated(simulation, reactNative(device));
  const dead = link();
  simulation.server.swallow(dead);
  device.changeApp('background');
  device.changeNetwork('none');
  await simulation.clock.pass(1_000);
  expect(link()).toBe(dead);
  wake(device);
  await simulation.clock.pass(2_500);
  expect(link()).not.toBe(dead);
  expect(client.state.get().phase).toBe('live');
  client.close();
  expect(device.listenerCount).toBe(0);
});
