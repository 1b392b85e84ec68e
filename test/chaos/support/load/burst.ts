/** Sends a burst of chat messages over one connection; all must be acknowledged. */
import type { ConnectedGuest } from '../chaos-cluster';

/** Below the limit of pending commands of one connection. */
const CONCURRENT_COMMANDS = 80;

let serial = 0;

/** @returns the texts in the order sent. */
export async function sendBurst({ client }: Pick<ConnectedGuest, 'client'>, count: number): Promise<string[]> {
  const run = `burst${++serial}`;
  const sent: string[] = [];
  const sendLoop = async (): Promise<void> => {
    while (sent.length < count) {
      const text = `${run} ${sent.length}`;
      sent.push(text);
      expect(await client.send('chat:message', { channel: 'global', text })).toMatchObject({ success: true });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT_COMMANDS }, sendLoop));
  return sent;
}
