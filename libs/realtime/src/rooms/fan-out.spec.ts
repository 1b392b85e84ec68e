/** What a user pays for an event: what receivers get, and what it takes to leave others out. */
import type { SocketServer } from '../adapter/socket-server';
import type { Membership } from '../membership/membership';
import type { FanOutBudget } from '../quota/fan-out-budget';
import { FanOut } from './fan-out';

const ROOM = 'global:chat' as const;

let charged: number[];
let fanOut: FanOut;

beforeEach(() => {
  charged = [];
  const rooms = new Map([[ROOM, new Set(['one', 'two'])]]);
  const server = { up: true, io: { of: () => ({ adapter: { rooms } }) } };
  const budget = { isOn: true, charge: (_userId: string, bytes: number) => charged.push(bytes) };
  fanOut = new FanOut(
    { redisUrl: undefined },
    server as unknown as SocketServer,
    {} as Membership,
    budget as unknown as FanOutBudget,
  );
});

it('an event costs its size for each receiver', () => {
  fanOut.charge('anna', ROOM, { text: '' });
  fanOut.charge('anna', ROOM, { text: 'x'.repeat(1_000) });
  const [short = 0, long = 0] = charged;
  expect(long - short).toBe(2 * 1_000);
});

it('an event costs each room that is left out of it, whoever is in the room', () => {
  fanOut.charge('anna', ROOM, { text: 'x' });
  fanOut.charge('anna', ROOM, { text: 'x' }, 10_000);
  const [plain = 0, spared = 0] = charged;
  expect(spared - plain).toBeGreaterThan(10_000 * 'user:0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11'.length);
});
