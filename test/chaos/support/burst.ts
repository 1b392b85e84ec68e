/** As many texts as one connection can say at once, all of them acknowledged. */
import type { Joined } from './world';

/** Under the number of commands that may wait on one connection. */
const AT_ONCE = 80;

let serial = 0;

/** @returns what was said, in order. */
export async function burst({ client }: Pick<Joined, 'client'>, count: number): Promise<string[]> {
  const run = `burst${++serial}`;
  const said: string[] = [];
  const say = async (): Promise<void> => {
    while (said.length < count) {
      const text = `${run} ${said.length}`;
      said.push(text);
      expect(await client.send('chat:message', { channel: 'global', text })).toMatchObject({ success: true });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, say));
  return said;
}
