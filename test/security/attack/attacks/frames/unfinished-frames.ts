/** Messages before admission that are never complete: cut frames, fragments without end, and events without their attachments. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Attack } from '../../support/attack';
import { openWebSocket } from '../../support/socket-openings';
import type { AttackContext } from '../../support/attack-context';
import { BINARY_OPCODE, CONTINUATION, frame, TEXT_OPCODE, textFrame } from '../../support/websocket-frames';
import { ADMISSION_MS } from '../admission/allowances';

/** Sends the bytes on 100 connections; the node must close each within ADMISSION_MS. */
const sendAndHold = (name: string, bytes: Buffer): Attack => ({
  name,
  by: 'nobody',
  run: (stage) =>
    stage.repeatConcurrently(100, async () => {
      const socket = await openWebSocket(stage);
      await socket.write(bytes);
      await stage.hold(socket, ADMISSION_MS);
    }),
});

/** Within the bytes that are allowed before admission, so that only the time ends the connection. */
const SMALL_FRAME = frame(TEXT_OPCODE, 'x'.repeat(10_000));
const FRAGMENT = frame(CONTINUATION, 'x'.repeat(1_000), { fin: false });

async function sendFragments(stage: AttackContext): Promise<void> {
  const socket = await openWebSocket(stage);
  await socket.write(frame(TEXT_OPCODE, '4', { fin: false }));
  for (let sent = 0; !socket.isClosed && !stage.isOver; sent += 1_000) {
    // Five times what a connection may send before admission.
    if (sent > 66_000) socket.markExceeded();
    await socket.write(FRAGMENT);
    await delay(2);
  }
}

export const unfinishedFrames: readonly Attack[] = [
  sendAndHold('frames that stop in the middle', SMALL_FRAME.subarray(0, 9_000)),
  sendAndHold('frames that stop in their header', SMALL_FRAME.subarray(0, 3)),
  sendAndHold('events without their attachments', textFrame('45100-["system:ping",{"_placeholder":true,"num":0}]')),
  sendAndHold(
    'events with one of their nine attachments',
    Buffer.concat([textFrame('459-["system:ping",{}]'), frame(BINARY_OPCODE, Buffer.alloc(60_000))]),
  ),
  {
    name: 'messages in fragments without end',
    by: 'nobody',
    run: (stage) => stage.repeatConcurrently(20, () => sendFragments(stage)),
  },
];
