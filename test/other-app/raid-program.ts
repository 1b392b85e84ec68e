/** What runs inside a `RaidProcess`. */
import { RoomService } from '@aeturnis/realtime';
import { SocketServer } from '../../libs/realtime/src/adapter/socket-server';
import { Outbox } from '../../libs/realtime/src/rooms/outbox';
import { type RaidApp, startRaidApp } from './raid-app';
import type { EmitOrder, RaidOrder, Saying } from './raid-process';

async function main(): Promise<void> {
  const { app, url, close } = await startRaidApp(process.env as Record<string, string>);
  process.on('message', (order: RaidOrder) => process.send?.(obey(app, order)));
  process.on('SIGTERM', () => void close().then(() => process.exit(0)));
  // Whoever gives the orders is gone.
  process.on('disconnect', () => process.exit(1));
  process.send?.(url);
}

function obey(app: RaidApp['app'], order: RaidOrder): number {
  if ('say' in order) for (const saying of order.say) say(app, saying);
  else if ('admit' in order) app.get(RoomService).admit(order.admit, order.room);
  else if ('evict' in order) app.get(RoomService).evict(order.evict, order.room);
  else return fill(app, order);
  return 0;
}

// The library has no form for several rooms at once: this is what such a form would call.
function say(app: RaidApp['app'], { to, except = [], event, payload }: Saying): void {
  const { io } = app.get(SocketServer);
  const emit = io.to([...to]).except([...except]) as unknown as { emit(event: string, payload: object): boolean };
  emit.emit(event, payload);
}

function fill(app: RaidApp['app'], { room, event, from, count, bytes }: EmitOrder): number {
  const filling = 'x'.repeat(bytes);
  for (let n = from; n < from + count; n++) app.get(Outbox).toRoom(room, event, { n, filling });
  // What is held, not what waits to be collected.
  global.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

void main();
