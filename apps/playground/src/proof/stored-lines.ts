/** Reads from the server what PostgreSQL has stored of a stream since a point in it. */
import type { Client } from '@aeturnis/client';
import type { ChatEntry, MessagePage } from '@aeturnis/contracts';
import { getJson } from '../session/account-api';
import type { StoredLine } from './compare-streams';

const CHAT_PAGE = 100;
const MAX_PAGES = 20;

export interface StoredPart {
  /** Later than what was asked for if there is too much to read: what lies between is not compared. */
  readonly after: number;
  readonly lines: readonly StoredLine[];
  /** Whether there are later lines. */
  readonly hasMore: boolean;
}

export type ReadStored = (after: number) => Promise<StoredPart>;

/** Of the channel of all users, after the line with this id: the newest ones, since it can only be read backwards. */
export async function readChannel(client: Client, after: number): Promise<StoredPart> {
  const lines: StoredLine[] = [];
  let before: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = { channel: 'global' as const, limit: CHAT_PAGE, ...(before !== undefined && { before }) };
    const { messages, next } = await client.request('chat:history', query);
    const newer = (messages as ChatEntry[]).filter(({ id }) => Number(id) > after);
    lines.unshift(...newer.map(({ id, from }) => ({ position: Number(id), lane: from.userId })));
    if (newer.length < messages.length || next === undefined || Number(next) <= after)
      return { after, lines, hasMore: false };
    before = next;
  }
  return { after: Number(before) - 1, lines, hasMore: false };
}

/** Of a conversation, after the entry with this number: the oldest ones. */
export async function readConversation(
  conversationId: string,
  after: number,
  getToken: () => Promise<string>,
): Promise<StoredPart> {
  const lines: StoredLine[] = [];
  let next: number | undefined = after;
  while (next !== undefined && lines.length < MAX_PAGES * CHAT_PAGE) {
    const path: string = `/api/messages?conversationId=${conversationId}&after=${next}&limit=${CHAT_PAGE}`;
    const read: MessagePage = await getJson<MessagePage>(path, await getToken());
    for (const message of read.messages)
      if (!('hidden' in message)) lines.push({ position: message.seq, lane: conversationId });
    next = read.next;
  }
  return { after, lines, hasMore: next !== undefined };
}
