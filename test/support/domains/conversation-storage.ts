/** The storage services of conversations on a private database, for one or several nodes. */
import { randomUUID } from 'node:crypto';
import { type Database, NodeIdentity } from '@aeturnis/platform';
import { ConversationLogRepository } from '../../../apps/server/src/conversations/log/conversation-log.repository';
import { ConversationsRepository } from '../../../apps/server/src/conversations/conversations.repository';
import { MembersRepository } from '../../../apps/server/src/conversations/members/members.repository';
import { MessagesRepository } from '../../../apps/server/src/conversations/messages/messages.repository';
import { NodeLiveness } from '../../../apps/server/src/conversations/publishing/node-liveness';
import { PublicationsRepository } from '../../../apps/server/src/conversations/publishing/publications.repository';
import { MessageBatcher } from '../../../apps/server/src/conversations/messages/message-batcher';
import { openDatabases } from '../databases/open-databases';

export class ConversationStorage {
  readonly liveness = new NodeLiveness(new NodeIdentity({ nodeId: 'node' }));
  readonly log: ConversationLogRepository;
  readonly conversations: ConversationsRepository;
  readonly members: MembersRepository;
  readonly messages: MessagesRepository;
  readonly sending: MessageBatcher;
  readonly publications: PublicationsRepository;

  private constructor(
    readonly database: Database,
    /** The URL of the database, for a separate client. */
    readonly url: string,
  ) {
    this.log = new ConversationLogRepository(database, this.liveness);
    this.conversations = new ConversationsRepository(database);
    this.members = new MembersRepository(database);
    this.messages = new MessagesRepository(database);
    this.sending = new MessageBatcher(database, this.log);
    this.publications = new PublicationsRepository(database, this.liveness);
  }

  static async open(nodes: number): Promise<{ nodes: ConversationStorage[]; close: () => Promise<void> }> {
    const { url, databases, close } = await openDatabases(nodes, 10);
    return { nodes: databases.map((database) => new ConversationStorage(database, url)), close };
  }

  /** Creates a group of these users. */
  async createGroup(...userIds: string[]): Promise<string> {
    return this.database.transaction(async () => {
      const id = (await this.conversations.insert({ kind: 'group', title: null, pair: null })) ?? '';
      const [actorId = randomUUID()] = userIds;
      const { seq } = await this.log.append(id, [{ type: 'conversation:created', actorId }]);
      await this.members.addOrRejoin(
        id,
        userIds.map((userId) => ({ userId, role: 'member', seq })),
      );
      return id;
    });
  }

  async send(conversationId: string, senderId: string, tempId: string | null = null, content = 'hello') {
    return this.sending.send({ conversationId, senderId, content, tempId });
  }

  async storedSeqs(conversationId: string): Promise<number[]> {
    return (await this.log.entriesBetween(conversationId, 0, 1_000_000, 100_000)).map(({ seq }) => seq);
  }
}

/** For a suite: opens the services once per node, all on one database. */
export function useConversationStorage(
  nodes: number,
  setUp: (west: ConversationStorage, east: ConversationStorage) => unknown,
): void {
  let opened: Awaited<ReturnType<typeof ConversationStorage.open>>;
  beforeAll(async () => {
    opened = await ConversationStorage.open(nodes);
    const [west, east = west] = opened.nodes as [ConversationStorage, ConversationStorage?];
    await setUp(west, east);
  }, 120_000);
  afterAll(() => opened.close());
}
