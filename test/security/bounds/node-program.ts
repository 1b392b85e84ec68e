/** The program of a `BoundsNode` process: a server that executes the orders of its parent process. */
import { randomUUID } from 'node:crypto';
import { RoomKind, roomName } from '@aeturnis/contracts';
import { Shutdown } from '@aeturnis/platform';
import { Membership, Presence } from '@aeturnis/realtime';
import { type RunningServer, startServer } from '../../../apps/server/src/server';
import { InterestManager } from '../../../apps/server/src/world/interest/interest-manager';
import { routesOf } from '../../support/servers/routes';
import { startMeasuring, stopMeasuring, watchStatements } from './work-measurement';
import type { BoundsNodeOrder } from './bounds-node';

const NAME_LENGTH = 20;
const STATUS_LENGTH = 40;
const crowds = new Map<string, string[]>();

async function main(): Promise<void> {
  watchStatements();
  const server = await startServer(process.env);
  await server.ready;
  // The requests of administrators to end the process are measured, and then have no effect.
  server.app.get(Shutdown).owner = { drain: () => undefined, kill: () => undefined };
  process.on('message', (order: BoundsNodeOrder) => {
    execute(server, order).then(
      (answer) => process.send?.(answer ?? null),
      (error: unknown) => {
        throw error;
      },
    );
  });
  process.on('SIGTERM', () => void server.close().then(() => process.exit(0)));
  // The parent process has exited.
  process.on('disconnect', () => process.exit(1));
  process.send?.(server.url);
}

async function execute({ app, ...server }: RunningServer, order: BoundsNodeOrder): Promise<unknown> {
  switch (order.kind) {
    case 'begin':
      return startMeasuring(order.event, order);
    case 'end':
      return stopMeasuring();
    case 'online':
      return online(app.get(Presence), order.userIds);
    case 'viewing': {
      const room = roomName(RoomKind.Viewing, order.conversationId);
      await Promise.all(order.userIds.map((userId) => app.get(Membership).join(room, userId, `seeming ${userId}`)));
      return undefined;
    }
    case 'crowd':
      return crowd(app.get(InterestManager, { strict: false }), order);
    case 'routes':
      return routesOf({ app, ...server });
  }
}

async function online(presence: Presence, userIds: readonly string[]): Promise<void> {
  await Promise.all(userIds.map((userId) => presence.onConnectionOpened(userId, `seeming ${userId}`)));
  const location = (): Record<string, string> => ({ characterId: randomUUID(), zone: 'z'.repeat(STATUS_LENGTH) });
  await Promise.all(userIds.map((userId) => presence.setAttributes(userId, location())));
}

/** Characters with the longest names, and a status of maximum length. */
function crowd(
  interestManager: InterestManager,
  { zone, count, x, y }: Extract<BoundsNodeOrder, { kind: 'crowd' }>,
): void {
  for (const id of crowds.get(zone) ?? []) interestManager.remove(zone, id);
  const ids = Array.from({ length: count }, () => randomUUID());
  const profile = { name: '𝔞'.repeat(NAME_LENGTH), class: 'warrior' as const, level: 100 };
  const status = 's'.repeat(STATUS_LENGTH);
  for (const id of ids)
    interestManager.upsert(zone, { id, ...profile, status }, { x: x + 0.11, y: y + 0.11, facing: -3.14 });
  crowds.set(zone, ids);
}

void main();
