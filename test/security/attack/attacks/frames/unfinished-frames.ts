/** Messages that never end: cut within the header or the payload, fragments without a last one, attachments that never come. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Attack } from '../../support/attack';
import { openWebSocket } from '../../support/openings';
import type { Stage } from '../../support/stage';
import { BINARY, CONTINUATION, frame, TEXT, text } from '../../support/websocket-frames';
import { ADMISSION_MS } from '../admission/allowances';

const hold = (name: string, bytes: Buffer): Attack => ({
  name,
  by: 'nobody',
  run: (stage) =>
    stage.crowd(100, async () => {
      const line = await openWebSocket(stage);
      await line.write(bytes);
      await stage.hold(line, ADMISSION_MS);
    }),
});

const MIDDLE = frame(TEXT, 'x'.repeat(60_000));
const FRAGMENT = frame(CONTINUATION, 'x'.repeat(1_000), { fin: false });

async function sendFragments(stage: Stage): Promise<void> {
  const line = await openWebSocket(stage);
  await line.write(frame(TEXT, '4', { fin: false }));
  for (let sent = 0; !line.isClosed && !stage.isOver; sent += 1_000) {
    // What one message may have: MAX_PAYLOAD_BYTES.
    if (sent > 66_000) line.markExceeded();
    await line.write(FRAGMENT);
    await delay(2);
  }
}

export const unfinishedFrames: readonly Attack[] = [
  hold('frames that stop in the middle', MIDDLE.subarray(0, 59_000)),
  hold('frames that stop in their header', MIDDLE.subarray(0, 3)),
  hold('binary events whose attachments never come', text('45100-["system:ping",{"_placeholder":true,"num":0}]')),
  hold(
    'attachments of which the last never comes',
    Buffer.concat([text('459-["system:ping",{}]'), frame(BINARY, Buffer.alloc(60_000))]),
  ),
  { name: 'fragments without a last one', by: 'nobody', run: (stage) => stage.crowd(20, () => sendFragments(stage)) },
];
