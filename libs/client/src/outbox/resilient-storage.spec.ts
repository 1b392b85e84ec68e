/** What changes while the device is listing its entries. */
import { VirtualClock } from '../../../../test/support/sdk/virtual-clock';
import { MemoryStorage, type OutboxEntry } from './outbox-storage';
import { ResilientStorage } from './resilient-storage';

const entryOf = (tempId: string, order: number): OutboxEntry => {
  return { tempId, userId: 'ada', conversationId: 'c1', content: tempId, order };
};
const FIRST = entryOf('first', 1);
const SECOND = entryOf('second', 2);

/** Like AsyncStorage, it reads the keys first and the values later: a list shows what was there when it began. */
class SlowDevice extends MemoryStorage {
  answer: () => void = () => undefined;

  override async list(userId: string): Promise<readonly OutboxEntry[]> {
    const entries = await super.list(userId);
    await new Promise<void>((resolve) => (this.answer = resolve));
    return entries;
  }
}

let clock: VirtualClock;
let device: SlowDevice;
let storage: ResilientStorage;

beforeEach(async () => {
  clock = new VirtualClock();
  device = new SlowDevice();
  storage = new ResilientStorage(device, clock);
  await storage.put(FIRST);
});

/** @param meanwhile runs when the device has read, and not yet answered. */
async function listWhile(meanwhile: () => Promise<void>): Promise<readonly OutboxEntry[]> {
  const listed = storage.list('ada');
  await clock.pass(1);
  await meanwhile();
  device.answer();
  return listed;
}
const nothing = async (): Promise<void> => undefined;

it('storage: an entry that was put while the device was listing is listed', async () => {
  expect(await listWhile(() => storage.put(SECOND))).toEqual([FIRST, SECOND]);
  expect(await listWhile(nothing)).toEqual([FIRST, SECOND]);
});

it('storage: an entry that was removed while the device was listing is not listed', async () => {
  expect(await listWhile(() => storage.remove(FIRST))).toEqual([]);
  expect(await listWhile(nothing)).toEqual([]);
});

it('storage: what another tab removes later is not listed for ever', async () => {
  await listWhile(() => storage.put(SECOND));
  await device.remove(SECOND);
  expect(await listWhile(nothing)).toEqual([FIRST]);
});
