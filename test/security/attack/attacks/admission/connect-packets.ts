/** CONNECT packets as an attack: huge ones, many of them, and CONNECT alternating with DISCONNECT. */
import type { Attack } from '../../support/attack';
import { openWebSocket } from '../../support/socket-openings';
import { repeated, textFrame } from '../../support/websocket-frames';
import { FRAMES_BEFORE_ADMISSION } from './allowances';

const flooding = (name: string, bytes: Buffer, frames: number, actors = 50): Attack => ({
  name,
  by: 'nobody',
  run: (stage) =>
    stage.repeatConcurrently(actors, async () => {
      const socket = await openWebSocket(stage);
      await stage.flood(socket, bytes, frames, FRAMES_BEFORE_ADMISSION);
    }),
});

const HUGE = textFrame(`40${JSON.stringify({ token: 'x'.repeat(60_000) })}`);
const DEEP = textFrame(`40${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}`);

export const connectPackets: readonly Attack[] = [
  flooding('CONNECT packets with 60 KB of auth', HUGE, 1),
  flooding('CONNECT packets nested 9,000 deep', DEEP, 1),
  flooding(
    'CONNECT alternating with DISCONNECT',
    repeated(Buffer.concat([textFrame('40'), textFrame('41')]), 200),
    400,
  ),
  flooding('CONNECT to unknown namespaces', repeated(textFrame('40/nope,'), 4_000), 4_000),
  flooding(
    'CONNECT to a new namespace each time',
    Buffer.concat(Array.from({ length: 2_000 }, (_, n) => textFrame(`40/nope-${n},{"token":"x"}`))),
    2_000,
  ),
  flooding('commands before CONNECT', repeated(textFrame('42["system:ping",{}]'), 2_000), 2_000),
];
