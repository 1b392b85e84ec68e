/** What conversations add to the life of an account: its export and its deletion. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { MAX_PAGE_BYTES } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { AccountsService } from '../accounts';
import { ConversationPlaces } from './conversation-places';
import { DeparturesRepository } from './departures.repository';
import { MembersRepository } from './members.repository';
import { MessageViews } from './message-views';
import { type Message, MessagesRepository } from './messages.repository';
import { ConversationPublisher } from './publishing/conversation-publisher';
import { ReactionsRepository } from './reactions.repository';

const PAGE = 500;
/** The entries of a departure name nobody. */
const NOBODY: ReadonlyMap<string, string> = new Map();
const REACTIONS = 1_000;
/** Conversations that are left in one transaction: others who write in them wait for it. */
const DEPARTURES = 200;

@Injectable()
export class ConversationsOfAccount implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly members: MembersRepository,
    private readonly departures: DeparturesRepository,
    private readonly messages: MessagesRepository,
    private readonly views: MessageViews,
    private readonly publisher: ConversationPublisher,
    private readonly reactions: ReactionsRepository,
    private readonly places: ConversationPlaces,
  ) {}

  onModuleInit(): void {
    this.accounts.onDelete(
      (userId) => this.leaveAll(userId),
      async (userId) => (await this.leaveSome(userId)) || this.reactions.forgetSome(userId, REACTIONS),
    );
    this.accounts.onExport('conversations', (userId) => this.written(userId));
  }

  /**
   * Out of whatever the user is in, direct conversations too. What the user wrote stays with the others, without the
   * name; reactions go.
   */
  private async leaveAll(userId: string): Promise<void> {
    while (await this.leaveSome(userId));
    // Whoever is bringing the user in has done so once the lock is there, and finds no account once it is gone.
    await this.places.lock([userId]);
    while (await this.leaveSome(userId));
    while (await this.reactions.forgetSome(userId, REACTIONS));
    await this.members.forget(userId);
  }

  /** @returns whether there may be more. */
  private leaveSome(userId: string): Promise<boolean> {
    return this.database.transaction(async () => {
      const conversationIds = await this.departures.lockSome(userId, DEPARTURES);
      if (conversationIds.length === 0) return false;
      const departed = await this.departures.leave(userId, conversationIds);
      this.database.afterCommit(() =>
        departed.forEach(({ appended, entries }) => this.publisher.committed(appended, { entries, names: NOBODY })),
      );
      return conversationIds.length === DEPARTURES;
    });
  }

  /** Everything the user has written, in whatever conversation; what others wrote is theirs. */
  private async *written(userId: string): AsyncGenerator<readonly unknown[], void, undefined> {
    const viewer = { userId, blocking: new Set<string>() };
    for (let [after, more] = [undefined as Message | undefined, true]; more;) {
      const found = await this.messages.writtenBy(userId, after, { limit: PAGE, bytes: MAX_PAGE_BYTES });
      yield await this.views.of(found.messages, viewer);
      [after, more] = [found.messages.at(-1), found.more];
    }
  }
}
