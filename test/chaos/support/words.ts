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

/** Summed over all clients: words that did not reach one, and words that reached one on two connections. */
export interface Owned {
  lost: number;
  again: number;
}

/**
 * Between a connection that was not recovered and the next such one, nobody has heard a word twice or out of order, and
 * each gap was owned up to by `system:resync` after the last word before it.
 */
export async function heardOrOwned(hearing: readonly Hearing[], said: Said): Promise<Owned> {
  await heardOut(hearing, said);
  const sum: Owned = { lost: 0, again: 0 };
  for (const { client } of hearing) {
    for (const words of said) {
      const lives = livesOf(client, words);
      for (const [index, life] of lives.entries()) mustOwn(words, life, index === 0);
      const heard = lives.flatMap(({ indices }) => indices);
      sum.lost += words.length - new Set(heard).size;
      sum.again += heard.length - new Set(heard).size;
    }
  }
  return sum;
}

/** What was heard of one speaker from one fresh connection to the next. */
interface Life {
  indices: number[];
  /** How many of them had been heard when the client was told that it may have missed something. */
  told: number[];
}

function livesOf(client: TestClient, words: readonly string[]): Life[] {
  const place = new Map(words.map((word, index) => [word, index]));
  const lives: Life[] = [{ indices: [], told: [] }];
  let begun = false;
  for (const { event, payload } of client.received) {
    const { recovered, text = '' } = payload as { recovered?: boolean; text?: string };
    if (event === 'system:connected' && !recovered) {
      if (begun) lives.push({ indices: [], told: [] });
      begun = true;
    }
    const life = lives.at(-1);
    if (event === 'system:resync') life?.told.push(life.indices.length);
    const index = event === 'chat:message' ? place.get(text) : undefined;
    if (index !== undefined) life?.indices.push(index);
  }
  return lives;
}

function mustOwn(words: readonly string[], { indices, told }: Life, first: boolean): void {
  for (const [at, index] of indices.entries()) {
    const next = at > 0 ? (indices[at - 1] ?? 0) + 1 : first ? 0 : index;
    if (index < next) throw new Error(`'${words[index]}' was heard again, or after '${words[next - 1]}'`);
    if (index > next && !told.some((heard) => heard >= at))
      throw new Error(`never told of the gap from '${words[next]}' to '${words[index - 1]}'`);
  }
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
