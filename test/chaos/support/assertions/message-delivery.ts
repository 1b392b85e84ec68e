/** Compares sent with received messages: each once, in the order of its sender, and every gap reported. */
import { type TestClient, waitUntil } from '../../../support/clients/client';

/** Texts in the order sent, one list for each sender. */
type SentTexts = readonly (readonly string[])[];
type MessageReceiver = { readonly client: TestClient };

export const receivedMessages = ({ client }: MessageReceiver): string[] =>
  client.eventsNamed('chat:message').map(({ text }) => text);

/** Waits until every receiver has the last message of each sender, and everything emitted to it before. */
export async function waitForLastMessages(receivers: readonly MessageReceiver[], sentTexts: SentTexts): Promise<void> {
  const last = sentTexts.flatMap((messages) => messages.slice(-1));
  for (const receiver of receivers) {
    await waitUntil(
      () => missingFrom(receivedMessages(receiver), last).length === 0,
      `delivery of the last messages: ${last.join(', ')}`,
      60_000,
    );
    await receiver.client.roundTrip();
  }
}

/** Every receiver has all messages of each sender once, in the order sent, and no others. */
export async function expectAllReceived(receivers: readonly MessageReceiver[], sentTexts: SentTexts): Promise<void> {
  await waitForLastMessages(receivers, sentTexts);
  const all = Object.fromEntries(sentTexts.map((messages) => [senderOf(messages[0] ?? ''), messages]));
  for (const receiver of receivers) expect(groupBySender(receivedMessages(receiver))).toEqual(all);
}

/** As `expectAllReceived`, and all receivers have the messages in one order. */
export async function expectSameOrder(receivers: readonly MessageReceiver[], sentTexts: SentTexts): Promise<void> {
  await expectAllReceived(receivers, sentTexts);
  const [first] = receivers;
  for (const receiver of receivers) expect(receivedMessages(receiver)).toEqual(first && receivedMessages(first));
}

/** Totals over all receivers: messages that did not arrive, and messages that arrived in two sessions. */
export interface LossCounts {
  lost: number;
  duplicates: number;
}

/**
 * Within a session no receiver has a message twice or out of order, and every gap was reported by `system:resync` after
 * the last message before it.
 */
export async function expectReceivedOrResynced(
  receivers: readonly MessageReceiver[],
  sentTexts: SentTexts,
): Promise<LossCounts> {
  await waitForLastMessages(receivers, sentTexts);
  const sum: LossCounts = { lost: 0, duplicates: 0 };
  for (const { client } of receivers) {
    for (const messages of sentTexts) {
      const sessions = sessionsOf(client, messages);
      for (const [index, session] of sessions.entries()) expectGapsResynced(messages, session, index === 0);
      const received = sessions.flatMap(({ indices }) => indices);
      sum.lost += messages.length - new Set(received).size;
      sum.duplicates += received.length - new Set(received).size;
    }
  }
  return sum;
}

/** The messages of one sender that arrived in one session. */
interface ReceivedSession {
  indices: number[];
  /** For each `system:resync`, the number of these messages received before it. */
  resyncPositions: number[];
}

function sessionsOf(client: TestClient, messages: readonly string[]): ReceivedSession[] {
  const indexByMessage = new Map(messages.map((message, index) => [message, index]));
  const sessions: ReceivedSession[] = [{ indices: [], resyncPositions: [] }];
  let isConnected = false;
  for (const { event, payload } of client.received) {
    const { recovered, text = '' } = payload as { recovered?: boolean; text?: string };
    if (event === 'system:connected' && !recovered) {
      if (isConnected) sessions.push({ indices: [], resyncPositions: [] });
      isConnected = true;
    }
    const session = sessions.at(-1);
    if (event === 'system:resync') session?.resyncPositions.push(session.indices.length);
    const index = event === 'chat:message' ? indexByMessage.get(text) : undefined;
    if (index !== undefined) session?.indices.push(index);
  }
  return sessions;
}

function expectGapsResynced(
  messages: readonly string[],
  { indices, resyncPositions }: ReceivedSession,
  isFirst: boolean,
): void {
  for (const [at, index] of indices.entries()) {
    const next = at > 0 ? (indices[at - 1] ?? 0) + 1 : isFirst ? 0 : index;
    if (index < next) throw new Error(`'${messages[index]}' arrived twice, or after '${messages[next - 1]}'`);
    if (index > next && !resyncPositions.some((position) => position >= at))
      throw new Error(`no resync for the gap from '${messages[next]}' to '${messages[index - 1]}'`);
  }
}

function groupBySender(texts: readonly string[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const text of texts) (found[senderOf(text)] ??= []).push(text);
  return found;
}

const senderOf = (text: string): string => text.slice(0, text.indexOf(' '));

function missingFrom(received: readonly string[], wanted: readonly string[]): string[] {
  const texts = new Set(received);
  return wanted.filter((text) => !texts.has(text));
}
