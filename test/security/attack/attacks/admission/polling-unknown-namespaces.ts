/** Polling sessions post bodies full of unknown namespaces. Each packet is answered, and the answers are never fetched. */
import type { Attack } from '../../support/attack';
import { PollingSession } from '../../support/polling-session';

const BODY = Array<string>(7_000).fill('40/nope,').join('\u001e');

export const pollingUnknownNamespaces: Attack = {
  name: 'polling sessions post unknown namespaces and never poll',
  by: 'nobody',
  run: (stage) =>
    stage.crowd(200, async () => {
      const session = await PollingSession.open(stage);
      while (!session.isClosed && !stage.isOver) {
        session.markExceeded();
        await session.post(BODY);
      }
      await session.endOfAttack();
    }),
};
