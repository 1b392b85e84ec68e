/** The storage of conversations on a database of its own, as one node or several see it. */
import { randomUUID } from 'node:crypto';
import { Database } from '@aeturnis/platform';
import { ConversationLogRepository } from '../../apps/server/src/conversations/conversation-log.repository';
import { ConversationsRepository } from '../../apps/server/src/conversations/conversations.repository';
import { MembersRepository } from '../../apps/server/src/conversations/members.repository';
import { MessagesRepository } from '../../apps/server/src/conversations/messages.repository';
import { NodeLife } from '../../apps/server/src/conversations/node-life';
import { PublicationsRepository } from '../../apps/server/src/conversations/publications.repository';
import { MessageSending } from '../../apps/server/src/conversations/sending/message-sending';
import { createMigratedDatabase } from './postgres';

export class ConversationStorage {
  readonly life = new NodeLife();
  readonly log: ConversationLogRepository;
  readonly conversations: ConversationsRepository;
  readonly members: MembersRepository;
  readonly messages: MessagesRepository;
  readonly sending: MessageSending;
  readonly publications: PublicationsRepository;

  private constructor(
    readonly database: Database,
    /** Where the database is, for a client of one's own. */
    readonly url: string,
  ) {
    this.log = new ConversationLogRepository(database, this.life);
    this.conversations = new ConversationsRepository(database);
    this.members = new MembersRepository(database);
    this.messages = new MessagesRepository(database);
    this.sending = new MessageSending(database, this.log);
    this.publications = new PublicationsRepository(database, this.life);
  }

  /** One per node, all on one database. */
  static async open(nodes: number): Promise<{ nodes: ConversationStorage[]; close: () => Promise<void> }> {
    const { url, drop } = await createMigratedDatabase();
    const options = { url, dataDir: '', poolSize: 10, migrationsFolder: 'apps/server/migrations' };
    const databases = Array.from({ length: nodes }, () => new Database(options));
    await Promise.all(databases.map((database) => database.open()));
    return {
      nodes: databases.map((database) => new ConversationStorage(database, url)),
      close: async () => {
        await Promise.all(databases.map((database) => database.close()));
        await drop();
      },
    };
  }

  /** A group of these users. */
  async group(...userIds: string[]): Promise<string> {
    return this.database.transaction(async () => {
      const id = (await this.conversations.insert({ kind: 'group', title: null, pair: null })) ?? '';
      const [actorId = randomUUID()] = userIds;
      const { seq } = await this.log.append(id, [{ type: 'conversation:created', actorId }]);
      await this.members.add(
        id,
        userIds.map((userId) => ({ userId, role: 'member', seq })),
      );
      return id;
    });
  }

  async send(conversationId: string, senderId: string, tempId: string | null = null, content = 'hello') {
    return this.sending.send({ conversationId, senderId, content, tempId });
  }

  async seqs(conversationId: string): Promise<number[]> {
    return (await this.log.entries(conversationId, 0, 1_000_000, 100_000)).map(({ seq }) => seq);
  }
}
