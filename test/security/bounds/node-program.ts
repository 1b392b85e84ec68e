/** What runs inside a `BoundsNode`. */
import { randomUUID } from 'node:crypto';
import { RoomKind, roomName } from '@aeturnis/contracts';
import { Membership, Presence } from '@aeturnis/realtime';
import { ONLINE } from '../../../libs/realtime/src/membership/membership-store';
import { type RunningServer, startServer } from '../../../apps/server/src/server';
import { Surroundings } from '../../../apps/server/src/world/surroundings';
import { routesOf } from '../../support/routes';
import { begin, end, watchStatements } from './measuring';
import type { Order } from './node';

const NAME_LENGTH = 20;
const STATUS_LENGTH = 40;
const crowds = new Map<string, string[]>();

async function main(): Promise<void> {
  watchStatements();
  const server = await startServer(process.env);
  await server.ready;
  process.on('message', (order: Order) => {
    obey(server, order).then(
      (answer) => process.send?.(answer ?? null),
      (error: unknown) => {
        throw error;
      },
    );
  });
  process.on('SIGTERM', () => void server.close().then(() => process.exit(0)));
  // Whoever gives the orders is gone.
  process.on('disconnect', () => process.exit(1));
  process.send?.(server.url);
}

async function obey({ app, ...server }: RunningServer, order: Order): Promise<unknown> {
  switch (order.kind) {
    case 'begin':
      return begin(order.event, order);
    case 'end':
      return end();
    case 'online':
      return online(app.get(Membership), app.get(Presence), order.userIds);
    case 'viewing': {
      const room = roomName(RoomKind.Viewing, order.conversationId);
      await Promise.all(order.userIds.map((userId) => app.get(Membership).join(room, userId, `seeming ${userId}`)));
      return undefined;
    }
    case 'crowd':
      return crowd(app.get(Surroundings, { strict: false }), order);
    case 'routes':
      return routesOf({ app, ...server });
  }
}

async function online(membership: Membership, presence: Presence, userIds: readonly string[]): Promise<void> {
  await Promise.all(userIds.map((userId) => membership.join(ONLINE, userId, `seeming ${userId}`)));
  const place = (): Record<string, string> => ({ characterId: randomUUID(), zone: 'z'.repeat(STATUS_LENGTH) });
  await Promise.all(userIds.map((userId) => presence.setAttributes(userId, place())));
}

/** Characters with the longest names, and a status as long as one may be. */
function crowd(surroundings: Surroundings, { zone, count, x, y }: Extract<Order, { kind: 'crowd' }>): void {
  for (const id of crowds.get(zone) ?? []) surroundings.remove(zone, id);
  const ids = Array.from({ length: count }, () => randomUUID());
  const about = { name: '𝔞'.repeat(NAME_LENGTH), class: 'warrior' as const, level: 100 };
  const status = 's'.repeat(STATUS_LENGTH);
  for (const id of ids) surroundings.put(zone, { id, ...about, status }, { x: x + 0.11, y: y + 0.11, facing: -3.14 });
  crowds.set(zone, ids);
}

void main();
