/** FanOutMeter: a user is charged for the bytes of all receivers, and for the excluded rooms. */
import type { SocketServer } from '../transport/socket-server';
import type { Membership } from '../cluster/membership/membership';
import type { FanOutBudget } from '../quota/fan-out-budget';
import { FanOutMeter } from './fan-out-meter';

const ROOM = 'global:chat' as const;

let charged: number[];
let meter: FanOutMeter;

beforeEach(() => {
  charged = [];
  const rooms = new Map([[ROOM, new Set(['one', 'two'])]]);
  const server = { isUp: true, io: { of: () => ({ adapter: { rooms } }) } };
  const budget = { isEnabled: true, charge: (_userId: string, bytes: number) => charged.push(bytes) };
  meter = new FanOutMeter(
    { redisUrl: undefined },
    server as unknown as SocketServer,
    {} as Membership,
    budget as unknown as FanOutBudget,
  );
});

it('charges the size of an event for each receiver', () => {
  meter.charge('anna', ROOM, { text: '' });
  meter.charge('anna', ROOM, { text: 'x'.repeat(1_000) });
  const [short = 0, long = 0] = charged;
  expect(long - short).toBe(2 * 1_000);
});

it('charges each excluded room, also an empty one', () => {
  meter.charge('anna', ROOM, { text: 'x' });
  meter.charge('anna', ROOM, { text: 'x' }, 10_000);
  const [withoutExclusions = 0, withExclusions = 0] = charged;
  expect(withExclusions - withoutExclusions).toBeGreaterThan(
    10_000 * 'user:0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11'.length,
  );
});
