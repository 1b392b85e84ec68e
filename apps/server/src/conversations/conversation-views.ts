/** Shows a user one of the user's conversations with its members, and lists them all. */
import { Injectable } from '@nestjs/common';
import { AppError, type ConversationPage, type ConversationSummary, type ConversationView } from '@aeturnis/contracts';
import { pageOf } from '@aeturnis/platform';
import { AccountsService } from '../accounts';
import { BlockList } from '../social';
import { ConversationsRepository, type ListPosition, type OwnConversation } from './conversations.repository';
import { userRef } from './log/log-events';
import { noAccessError } from './members/conversation-access';
import { MembersRepository } from './members/members.repository';

const DEFAULT_PAGE_SIZE = 50;

@Injectable()
export class ConversationViews {
  constructor(
    private readonly repository: ConversationsRepository,
    private readonly members: MembersRepository,
    private readonly accounts: AccountsService,
    private readonly blocks: BlockList,
  ) {}

  /** @throws AppError NOT_FOUND, NOT_PARTICIPANT. */
  async view(userId: string, conversationId: string): Promise<ConversationView> {
    const { blocking } = await this.blocks.relationsOf(userId);
    const [own, current] = await Promise.all([
      this.repository.findForMember({ userId, blocking }, conversationId),
      this.members.currentMembers(conversationId),
    ]);
    if (!own) throw noAccessError((await this.members.find(conversationId, userId)) !== null);
    const members = own.kind === 'direct' ? await this.members.directMembers(conversationId) : current;
    const names = await this.accounts.namesOf([
      ...members.map((member) => member.userId),
      ...partnerIdsOf(userId, [own]),
    ]);
    return {
      ...toSummary(own, userId, names),
      members: members.map((member) => ({
        ...userRef(member.userId, names),
        role: member.role,
        readSeq: member.readSeq,
        deliveredSeq: member.deliveredSeq,
      })),
    };
  }

  /** The one with the latest message first. */
  async list(
    userId: string,
    { limit = DEFAULT_PAGE_SIZE, cursor }: { limit?: number | undefined; cursor?: string | undefined } = {},
  ): Promise<ConversationPage> {
    const position = cursor === undefined ? undefined : parseCursor(cursor);
    const { blocking } = await this.blocks.relationsOf(userId);
    const found = await this.repository.listForMember({ userId, blocking }, limit + 1, position);
    const { rows, next } = pageOf(found, limit, toCursor);
    const names = await this.accounts.namesOf(partnerIdsOf(userId, rows));
    return { conversations: rows.map((own) => toSummary(own, userId, names)), ...next };
  }
}

const partnerIdsOf = (userId: string, conversations: readonly OwnConversation[]): string[] =>
  conversations.flatMap(({ pair }) => (pair === null ? [] : pair.split(':').filter((id) => id !== userId)));

/** `names` must hold the partner of a direct conversation. */
function toSummary(
  conversation: OwnConversation,
  viewerId: string,
  names: ReadonlyMap<string, string>,
): ConversationSummary {
  const { id, kind, title, pair, createdAt, lastMessageAt, head, role, readSeq, deliveredSeq, unread, muted } =
    conversation;
  const partnerId = pair?.split(':').find((userId) => userId !== viewerId);
  return {
    id,
    kind,
    ...(title === null ? {} : { title }),
    ...(partnerId === undefined ? {} : { with: userRef(partnerId, names) }),
    createdAt: createdAt.toISOString(),
    ...(lastMessageAt && { lastMessageAt: lastMessageAt.toISOString() }),
    head,
    role,
    readSeq,
    deliveredSeq,
    unread,
    muted,
  };
}

/** Milliseconds since 1970, up to the year 2286, and the id of a conversation. */
const CURSOR_FORMAT = /^(\d{1,13})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

const toCursor = ({ id, lastMessageAt, createdAt }: OwnConversation): string =>
  `${(lastMessageAt ?? createdAt).getTime()}.${id}`;

function parseCursor(cursor: string): ListPosition {
  const [, at, id = ''] = CURSOR_FORMAT.exec(cursor) ?? [];
  if (at === undefined) throw new AppError('VALIDATION', 'cursor is not from this listing; start again without one');
  return { at: new Date(Number(at)), id };
}
