/** What was said, to whom, and whether that was acknowledged: so much has to be heard, and nothing else. */
import type { TestClient } from '../../support/client';

export const ALL = 'all';
const EVENTS = ['chat:whisper', 'chat:message'] as const;

interface Word {
  readonly text: string;
  readonly from: string;
  /** One user, or all. */
  readonly to: string;
  acked: boolean;
}

export class Words {
  private readonly words: Word[] = [];

  add(from: string, to: string): Word {
    const word = { text: `word ${this.words.length}`, from, to, acked: false };
    this.words.push(word);
    return word;
  }

  get said(): number {
    return this.words.length;
  }

  get acked(): number {
    return this.words.filter(({ acked }) => acked).length;
  }

  /**
   * A user has heard every acknowledged word that was for him or by him, once and in the order of its sender, and nobody
   * else's. What was not acknowledged may have been heard or not. @returns how many were due.
   */
  expectHeard(userId: string, client: TestClient): number {
    const mine = this.words.filter(({ from, to }) => to === ALL || to === userId || from === userId);
    const heard = EVENTS.flatMap((event) => client.all(event).map(({ text }) => text));
    expect(new Set(heard).size).toBe(heard.length);
    const known = new Set(mine.map(({ text }) => text));
    expect(heard.filter((text) => !known.has(text))).toEqual([]);
    const due = mine.filter(({ acked }) => acked);
    for (const event of EVENTS) {
      const ofThis = due.filter(({ to }) => (to === ALL) === (event === 'chat:message'));
      const texts = new Set(ofThis.map(({ text }) => text));
      const came = client.all(event).filter(({ text }) => texts.has(text));
      expect(bySender(came.map(({ from, text }) => [from.userId, text]))).toEqual(
        bySender(ofThis.map(({ from, text }) => [from, text])),
      );
    }
    return due.length;
  }
}

function bySender(pairs: [string, string][]): Map<string, string[]> {
  const senders = new Map<string, string[]>();
  for (const [from, text] of pairs) senders.set(from, [...(senders.get(from) ?? []), text]);
  return senders;
}
