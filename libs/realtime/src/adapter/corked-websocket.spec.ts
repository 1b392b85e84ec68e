/** When a corked connection writes: at the end of a turn, or later where nothing on it is in a hurry. */
import { Duplex } from 'node:stream';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { CorkedWebSocket } from './corked-websocket';
import { frameOf } from './frame';
import { Turn } from './turn';

const [patient, hasty] = [frameOf('may wait'), frameOf('at once')];

/** A connection, and what has been written to it. */
async function line(): Promise<{ connection: CorkedWebSocket; written: () => string }> {
  const options = { turn: new Turn() } as object;
  const connection = new CorkedWebSocket(null as never, undefined, options);
  const chunks: Buffer[] = [];
  const wire = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk);
      done();
    },
  });
  connection.setSocket(wire, Buffer.alloc(0), { maxPayload: 0, allowSynchronousEvents: true });
  // Its first turn ends with the answer to the upgrade.
  await turnOfTheLoop();
  return { connection, written: () => Buffer.concat(chunks).toString('latin1') };
}

const both = Buffer.concat([patient, hasty]).toString('latin1');

it('keeps what may wait beyond the end of the turn', async () => {
  const { connection, written } = await line();
  connection.append(patient, true);
  await turnOfTheLoop();
  expect(written()).toBe('');
});

it('writes what may wait together with what may not, in order, at the end of that turn', async () => {
  const { connection, written } = await line();
  connection.append(patient, true);
  await turnOfTheLoop();
  connection.append(hasty);
  await turnOfTheLoop();
  expect(written()).toBe(both);
});

it('writes what may wait before anything else is sent', async () => {
  const { connection, written } = await line();
  connection.append(patient, true);
  connection.interrupt();
  expect(written()).toBe(patient.toString('latin1'));
});
