/** CONNECT packets as an attack: huge ones, many of them, and CONNECT and DISCONNECT by turns. */
import type { Attack } from '../../support/attack';
import { openWebSocket } from '../../support/openings';
import { repeated, text } from '../../support/websocket-frames';
import { FRAMES_BEFORE_ADMISSION } from './allowances';

const flooding = (name: string, bytes: Buffer, frames: number, actors = 50): Attack => ({
  name,
  by: 'nobody',
  run: (stage) =>
    stage.crowd(actors, async () => {
      const line = await openWebSocket(stage);
      await stage.flood(line, bytes, frames, FRAMES_BEFORE_ADMISSION);
    }),
});

const HUGE = text(`40${JSON.stringify({ token: 'x'.repeat(60_000) })}`);
const DEEP = text(`40${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}`);

export const connectPackets: readonly Attack[] = [
  flooding('CONNECT packets with 60 KB of auth', HUGE, 1),
  flooding('CONNECT packets nested 9,000 deep', DEEP, 1),
  flooding('CONNECT and DISCONNECT by turns', repeated(Buffer.concat([text('40'), text('41')]), 200), 400),
  flooding('CONNECT to unknown namespaces', repeated(text('40/nope,'), 4_000), 4_000),
  flooding(
    'CONNECT to namespaces of a new name each',
    Buffer.concat(Array.from({ length: 2_000 }, (_, n) => text(`40/nope-${n},{"token":"x"}`))),
    2_000,
  ),
  flooding('commands before CONNECT', repeated(text('42["system:ping",{}]'), 2_000), 2_000),
];
