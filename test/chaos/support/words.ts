/** What several speakers said, against what a client heard: each word once, each speaker in order, and no gap untold. */
import { type TestClient, until } from '../../support/client';

type Said = readonly (readonly string[])[];
type Hearing = { readonly client: TestClient };

export const wordsOf = ({ client }: Hearing): string[] => client.all('chat:message').map(({ text }) => text);

/** Everybody has heard the last word of each, and everything that was written to them before it. */
export async function heardOut(hearing: readonly Hearing[], said: Said): Promise<void> {
  const last = said.flatMap((words) => words.slice(-1));
  for (const each of hearing) {
    await until(() => missing(last, wordsOf(each)).length === 0, `the last words: ${last.join(', ')}`, 60_000);
    await each.client.settled();
  }
}

/** Everybody has heard all of each speaker, in the order said, each word once, and nothing else. */
export async function heardAll(hearing: readonly Hearing[], said: Said): Promise<void> {
  await heardOut(hearing, said);
  const all = Object.fromEntries(said.map((words) => [speakerOf(words[0] ?? ''), words]));
  for (const each of hearing) expect(bySpeaker(wordsOf(each))).toEqual(all);
}

/** All of them in one order. */
export async function heardAlike(hearing: readonly Hearing[], said: Said): Promise<void> {
  await heardAll(hearing, said);
  const [first] = hearing;
  for (const each of hearing) expect(wordsOf(each)).toEqual(first && wordsOf(first));
}

/**
 * Nobody has heard a word twice or out of order, and each gap was owned up to, by `system:resync` or by a connection that
 * was not recovered, after the last word before it. @returns how many words all of them have missed.
 */
export async function heardOrOwned(hearing: readonly Hearing[], said: Said): Promise<number> {
  await heardOut(hearing, said);
  return hearing.reduce((sum, { client }) => sum + said.reduce((lost, words) => lost + gaps(client, words), 0), 0);
}

function gaps(client: TestClient, words: readonly string[]): number {
  const place = new Map(words.map((word, index) => [word, index]));
  let next = 0;
  let lost = 0;
  /** From where on the client was told that it may have missed something: the last word it had heard by then. */
  const owned: number[] = [];
  const holes: { from: number; to: number }[] = [];
  for (const { event, payload } of client.received) {
    if (event === 'system:resync' || (event === 'system:connected' && !(payload as { recovered: boolean }).recovered))
      owned.push(next);
    const index = event === 'chat:message' ? place.get((payload as { text: string }).text) : undefined;
    if (index === undefined) continue;
    if (index < next) throw new Error(`'${words[index]}' was heard again, or after '${words[next - 1]}'`);
    if (index > next) holes.push({ from: next, to: index });
    lost += index - next;
    next = index + 1;
  }
  for (const { from, to } of holes) {
    if (!owned.some((at) => at >= from))
      throw new Error(`never told of the gap from '${words[from]}' to '${words[to - 1]}'`);
  }
  return lost;
}

function bySpeaker(texts: readonly string[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const text of texts) (found[speakerOf(text)] ??= []).push(text);
  return found;
}

const speakerOf = (text: string): string => text.slice(0, text.indexOf(' '));

function missing(wanted: readonly string[], texts: readonly string[]): string[] {
  const heard = new Set(texts);
  return wanted.filter((each) => !heard.has(each));
}
