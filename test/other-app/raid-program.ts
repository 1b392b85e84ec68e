/** What runs inside a `RaidProcess`. */
import { Outbox } from '../../libs/realtime/src/rooms/outbox';
import { startRaidApp } from './raid-app';
import type { EmitOrder } from './raid-process';

async function main(): Promise<void> {
  const { app, url, close } = await startRaidApp(process.env as Record<string, string>);
  process.on('message', ({ room, event, from, count, bytes }: EmitOrder) => {
    const filling = 'x'.repeat(bytes);
    for (let n = from; n < from + count; n++) app.get(Outbox).toRoom(room, event, { n, filling });
    // What is held, not what waits to be collected.
    global.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    process.send?.(heapUsed + external);
  });
  process.on('SIGTERM', () => void close().then(() => process.exit(0)));
  process.send?.(url);
}

void main();
