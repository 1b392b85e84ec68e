/** Reads from the server what PostgreSQL has stored of a stream since a point in it. */
import type { Client } from '@aeturnis/client';
import type { ChatEntry, MessagePage } from '@aeturnis/contracts';
import { getJson } from '../session/account-api';
import type { StoredLine } from './compare-streams';

const CHAT_PAGE = 100;
/** Enough for an hour of a busy channel; what is older is not compared any more. */
const MAX_PAGES = 20;

export type ReadStored = () => Promise<readonly StoredLine[]>;

/** Of the channel of all users, after the line with this id. */
export async function readChannel(client: Client, afterId: bigint): Promise<StoredLine[]> {
  const lines: StoredLine[] = [];
  let before: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = { channel: 'global' as const, limit: CHAT_PAGE, ...(before !== undefined && { before }) };
    const { messages, next } = await client.request('chat:history', query);
    const newer = (messages as ChatEntry[]).filter(({ id }) => BigInt(id) > afterId);
    lines.unshift(...newer.map(({ id, from }) => ({ id, lane: from.userId })));
    if (newer.length < messages.length || next === undefined || BigInt(next) <= afterId) break;
    before = next;
  }
  return lines;
}

/** Of a conversation, after the entry with this number. */
export async function readConversation(
  conversationId: string,
  afterSeq: number,
  getToken: () => Promise<string>,
): Promise<StoredLine[]> {
  const lines: StoredLine[] = [];
  let after: number | undefined = afterSeq;
  for (let page = 0; page < MAX_PAGES && after !== undefined; page += 1) {
    const path: string = `/api/messages?conversationId=${conversationId}&after=${after}&limit=${CHAT_PAGE}`;
    const read: MessagePage = await getJson<MessagePage>(path, await getToken());
    for (const message of read.messages)
      if (!('hidden' in message)) lines.push({ id: message.id, lane: conversationId });
    after = read.next;
  }
  return lines;
}
