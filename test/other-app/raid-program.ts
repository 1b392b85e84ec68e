/** The program of a `RaidProcess`: starts the application and executes the orders of its parent process. */
import { RoomService } from '@aeturnis/realtime';
import { SocketServer } from '../../libs/realtime/src/transport/socket-server';
import { Outbox } from '../../libs/realtime/src/rooms/outbox';
import { type RaidApp, startRaidApp } from './raid-app';
import type { EmitOrder, RaidOrder, RaidEmit } from './raid-process';

async function main(): Promise<void> {
  const { app, url, close } = await startRaidApp(process.env as Record<string, string>);
  process.on('message', (order: RaidOrder) => process.send?.(execute(app, order)));
  process.on('SIGTERM', () => void close().then(() => process.exit(0)));
  // The parent process has ended.
  process.on('disconnect', () => process.exit(1));
  process.send?.(url);
}

function execute(app: RaidApp['app'], order: RaidOrder): number {
  if ('say' in order) for (const emit of order.say) emitToRooms(app, emit);
  else if ('admit' in order) app.get(RoomService).admit(order.admit, order.room);
  else if ('evict' in order) app.get(RoomService).evict(order.evict, order.room);
  else return emitSeries(app, order);
  return 0;
}

// The library's API addresses one room at a time, so this emits on the Socket.IO server directly.
function emitToRooms(app: RaidApp['app'], { to, except = [], event, payload }: RaidEmit): void {
  const { io } = app.get(SocketServer);
  const emit = io.to([...to]).except([...except]) as unknown as { emit(event: string, payload: object): boolean };
  emit.emit(event, payload);
}

function emitSeries(app: RaidApp['app'], { room, event, from, count, bytes }: EmitOrder): number {
  const filling = 'x'.repeat(bytes);
  for (let n = from; n < from + count; n++) app.get(Outbox).emitToRoom(room, event, { n, filling });
  // Only live memory counts, not garbage that awaits collection.
  global.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

void main();
