/** When a corked WebSocket writes: at the end of the event-loop iteration, or later if all its frames are deferrable. */
import { Duplex } from 'node:stream';
import { setImmediate as nextIteration } from 'node:timers/promises';
import { CorkedWebSocket } from './corked-websocket';
import { encodeFrame } from './websocket-frame';
import { FlushScheduler } from './flush-scheduler';

const [deferrable, urgent] = [encodeFrame('may wait'), encodeFrame('at once')];

/** A WebSocket with a function that returns the bytes written to its TCP connection. */
async function openConnection(): Promise<{ connection: CorkedWebSocket; written: () => string }> {
  const options = { flushScheduler: new FlushScheduler() } as object;
  const connection = new CorkedWebSocket(null as never, undefined, options);
  const chunks: Buffer[] = [];
  const tcpSocket = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk);
      done();
    },
  });
  connection.setSocket(tcpSocket, Buffer.alloc(0), { maxPayload: 0, allowSynchronousEvents: true });
  // The first flush uncorks the response to the upgrade.
  await nextIteration();
  return { connection, written: () => Buffer.concat(chunks).toString('latin1') };
}

const both = Buffer.concat([deferrable, urgent]).toString('latin1');

it('corked WebSocket: does not write a deferrable frame at the end of the iteration', async () => {
  const { connection, written } = await openConnection();
  connection.appendFrame(deferrable, true);
  await nextIteration();
  expect(written()).toBe('');
});

it('corked WebSocket: writes a deferrable frame together with the next urgent one, in order', async () => {
  const { connection, written } = await openConnection();
  connection.appendFrame(deferrable, true);
  await nextIteration();
  connection.appendFrame(urgent);
  await nextIteration();
  expect(written()).toBe(both);
});

it('corked WebSocket: writes a deferrable frame before a frame that `ws` sends itself', async () => {
  const { connection, written } = await openConnection();
  connection.appendFrame(deferrable, true);
  connection.flushBeforeOtherWrite();
  expect(written()).toBe(deferrable.toString('latin1'));
});
