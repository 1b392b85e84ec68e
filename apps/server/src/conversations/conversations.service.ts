/** Conversations as such: begun, looked at, listed, named and muted by those who are in them. */
import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  AppError,
  type Changed,
  type ConversationMuteDto,
  type ConversationPage,
  type ConversationRenameDto,
  type ConversationSummary,
  type ConversationView,
} from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { RealtimeService, type Taker } from '@aeturnis/realtime';
import { AccountsService } from '../accounts';
import { BlockList } from '../social';
import { ConversationAccess, refusal } from './conversation-access';
import { ConversationChanges } from './conversation-changes';
import { ConversationPlaces } from './conversation-places';
import { summaryOf } from './conversation-summary';
import { ConversationsRepository, type ListPlace, type OwnConversation } from './conversations.repository';
import { DirectConversations } from './direct-conversations';
import { InvitationRules } from './invitation-rules';
import { user } from './log-events';
import { MembersRepository, type NewMember } from './members.repository';
import { MembersService } from './members.service';
import type { NewConversation } from './named-persons';
import { pairOf } from './pair';

const PAGE = 50;

@Injectable()
export class ConversationsService {
  constructor(
    private readonly database: Database,
    private readonly repository: ConversationsRepository,
    private readonly members: MembersRepository,
    private readonly membership: MembersService,
    private readonly accounts: AccountsService,
    private readonly access: ConversationAccess,
    private readonly changes: ConversationChanges,
    private readonly realtime: RealtimeService,
    private readonly blocks: BlockList,
    private readonly rules: InvitationRules,
    private readonly directs: DirectConversations,
    private readonly places: ConversationPlaces,
  ) {}

  /**
   * The creator is in it. A pair has one direct conversation, whoever begins it, however often; a creator has one group under
   * each `clientId`, however often it is asked for. @throws AppError NOT_FOUND, CONFLICT, RATE_LIMITED.
   */
  async create(user: Taker, dto: NewConversation): Promise<ConversationView> {
    const { userId } = user;
    const { kind, participantIds, title } = dto;
    const others = [...new Set(participantIds)].filter((id) => id !== userId);
    if (kind === 'direct' && (others.length !== 1 || title != null))
      throw new AppError('VALIDATION', 'A direct conversation is with one other user and has no title');
    const created = kind === 'group' ? await this.created(userId, dto) : null;
    if (created !== null) return this.view(userId, created);
    const [partner = ''] = others;
    const id = kind === 'direct' ? await this.direct(user, partner) : await this.group(userId, others, dto);
    return this.view(userId, id);
  }

  /** @throws AppError NOT_FOUND, NOT_PARTICIPANT. */
  async view(userId: string, conversationId: string): Promise<ConversationView> {
    const { blocking } = await this.blocks.of(userId);
    const [own, current] = await Promise.all([
      this.repository.ofMember({ userId, blocking }, conversationId),
      this.members.current(conversationId),
    ]);
    if (!own) throw refusal((await this.members.find(conversationId, userId)) !== null);
    const members = own.kind === 'direct' ? await this.members.ofDirect(conversationId) : current;
    const names = await this.accounts.namesOf([...members.map((member) => member.userId), ...partners(userId, [own])]);
    return {
      ...summaryOf(own, userId, names),
      members: members.map((member) => ({
        ...user(member.userId, names),
        role: member.role,
        readSeq: member.readSeq,
        deliveredSeq: member.deliveredSeq,
      })),
    };
  }

  /** The one with the latest message first. */
  async list(
    userId: string,
    { limit = PAGE, cursor }: { limit?: number | undefined; cursor?: string | undefined } = {},
  ) {
    const place = cursor === undefined ? undefined : placeOf(cursor);
    const { blocking } = await this.blocks.of(userId);
    const found = await this.repository.listOf({ userId, blocking }, limit + 1, place);
    const shown = found.slice(0, limit);
    const names = await this.accounts.namesOf(partners(userId, shown));
    const conversations: ConversationSummary[] = shown.map((own) => summaryOf(own, userId, names));
    const last = shown.at(-1);
    const page: ConversationPage =
      found.length > limit && last ? { conversations, next: cursorOf(last) } : { conversations };
    return page;
  }

  /** By an admin of the group. @throws AppError NOT_FOUND, NOT_PARTICIPANT, FORBIDDEN. */
  rename(userId: string, { conversationId, title }: ConversationRenameDto): Promise<Changed> {
    return this.changes.under(conversationId, async () => {
      await this.access.groupAdmin(userId, conversationId);
      await this.repository.rename(conversationId, title);
      const change = { type: 'conversation:updated' as const, actorId: userId, facts: { title } };
      const { seq } = await this.changes.append(conversationId, change);
      return { conversationId, seq };
    });
  }

  /** For the caller alone, on all devices. @throws AppError NOT_FOUND, NOT_PARTICIPANT. */
  async mute(userId: string, { conversationId, muted }: ConversationMuteDto) {
    await this.access.member(userId, conversationId);
    await this.members.setMuted(conversationId, userId, muted);
    this.realtime.emitToUser(userId, 'conversation:muted', { conversationId, muted });
    return { conversationId, muted };
  }

  /** Where the partner does not want it, it is there for the one who begins it alone. */
  private async direct(user: Taker, partner: string): Promise<string> {
    const { userId } = user;
    await this.membership.mustExist([partner]);
    const existing = await this.directs.open(userId, partner);
    if (existing !== null) return existing;
    await this.directs.pay(user);
    const isWelcome = await this.directs.isWelcome(userId, partner);
    return this.database.transaction(async () => {
      await this.places.lock([userId, partner]);
      await this.membership.mustExist([userId, partner]);
      const begun = await this.directs.open(userId, partner);
      if (begun !== null) return begun;
      await this.places.mustHaveRoom(userId, [userId]);
      const id = await this.repository.insert({ kind: 'direct', title: null, pair: pairOf(userId, partner) });
      // Nodes of an older release do not wait for the lock.
      if (id === null) throw new AppError('UNAVAILABLE', 'The conversation is being begun; try again');
      const others = [{ userId: partner, role: 'member' as const, counted: false }];
      await this.people(id, { userId, role: 'member' }, others, { kind: 'direct' }, isWelcome);
      if (isWelcome) await this.places.settle(partner);
      return id;
    });
  }

  /** The group that this user has begun under this name before. */
  private async created(userId: string, { clientId }: NewConversation): Promise<string | null> {
    return clientId == null ? null : this.repository.ofCreationKey(creationKeyOf(userId, clientId));
  }

  private async group(userId: string, wanted: readonly string[], dto: NewConversation): Promise<string> {
    const { title = null, clientId } = dto;
    const others = await this.rules.admissible(userId, wanted, null);
    return this.database.transaction(async () => {
      const all = [userId, ...wanted];
      await this.places.lock(all);
      await this.membership.mustExist(all);
      const known = await this.created(userId, dto);
      if (known !== null) return known;
      await this.places.mustHaveRoom(userId, all);
      const creationKey = clientId == null ? null : creationKeyOf(userId, clientId);
      const id = await this.repository.insert({ kind: 'group', title, pair: null, creationKey });
      // Nodes of an older release do not wait for the lock.
      if (id === null) throw new AppError('UNAVAILABLE', 'The group is being begun; try again');
      const coming = others.map((other) => ({ userId: other, role: 'member' as const }));
      await this.people(id, { userId, role: 'admin' }, coming, { kind: 'group', title });
      return id;
    });
  }

  private async people(
    id: string,
    creator: Newcomer,
    others: readonly Newcomer[],
    facts: { kind: 'direct' | 'group'; title?: string | null },
    isWelcome = true,
  ): Promise<void> {
    const members = [creator, ...others];
    const named = members.map(({ userId, role }) => ({ id: userId, role }));
    const begun = {
      type: 'conversation:created' as const,
      actorId: creator.userId,
      facts: { ...facts, members: named },
    };
    const { seq } = await this.changes.append(id, begun);
    await this.members.add(
      id,
      (isWelcome ? members : [creator]).map((member) => ({ ...member, seq })),
    );
    if (!isWelcome) for (const { userId } of others) await this.members.addUnknowing(id, userId);
  }
}

type Newcomer = Omit<NewMember, 'seq'>;

const creationKeyOf = (userId: string, clientId: string): string =>
  createHash('sha256').update(`${userId} ${clientId}`).digest('base64url');

const partners = (userId: string, conversations: readonly OwnConversation[]): string[] =>
  conversations.flatMap(({ pair }) => (pair === null ? [] : pair.split(':').filter((id) => id !== userId)));

/** Milliseconds since 1970, up to the year 2286, and the id of a conversation. */
const CURSOR = /^(\d{1,13})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

const cursorOf = ({ id, lastMessageAt, createdAt }: OwnConversation): string =>
  `${(lastMessageAt ?? createdAt).getTime()}.${id}`;

function placeOf(cursor: string): ListPlace {
  const [, at, id = ''] = CURSOR.exec(cursor) ?? [];
  if (at === undefined) throw new AppError('VALIDATION', 'The cursor is none that a page has named');
  return { at: new Date(Number(at)), id };
}
