/** Polling sessions post bodies full of unknown namespaces. Each packet is answered, and the answers are never fetched. */
import { anonymousAttack } from '../../support/attack';
import { PollingSession } from '../../support/polling-session';

const BODY = Array<string>(7_000).fill('40/nope,').join('\u001e');

export const pollingUnknownNamespaces = anonymousAttack(
  'polling sessions post unknown namespaces and never poll',
  200,
  async (stage) => {
    const session = await PollingSession.open(stage);
    while (!session.isClosed && !stage.isOver) {
      session.markExceeded();
      await session.post(BODY);
    }
    await session.endOfAttack();
  },
);
