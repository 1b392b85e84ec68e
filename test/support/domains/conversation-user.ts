/** A guest with a connection, who takes part in conversations over sockets and HTTP. */
import type { ConversationView, EventPayload, LogEventType, SyncPage } from '@aeturnis/contracts';
import { connect, type Guest, playAsGuest, type TestClient } from '../clients/client';
import { callApi } from '../clients/http';

type SendResult = { messageId: string; seq: number; createdAt: string; duplicate?: true };

export class ConversationUser implements Guest {
  readonly id: string;
  readonly name: string;
  readonly accessToken: string;

  private constructor(
    { id, name, accessToken }: Guest,
    readonly client: TestClient,
    /** The node that gets the HTTP requests. */
    readonly url: string,
  ) {
    [this.id, this.name, this.accessToken] = [id, name, accessToken];
  }

  /** Connects a new guest. */
  static async connect(url: string): Promise<ConversationUser> {
    const guest = await playAsGuest(url);
    return new ConversationUser(guest, await connect(url, guest.accessToken), url);
  }

  /** The same user with another connection. */
  async connectTo(url: string, options?: Parameters<typeof connect>[2]): Promise<ConversationUser> {
    return this.withClient(await connect(url, this.accessToken, options));
  }

  withClient(client: TestClient): ConversationUser {
    return new ConversationUser(this, client, this.url);
  }

  /** The same user and connection, with HTTP requests to another node. */
  requestingFrom(url: string): ConversationUser {
    return new ConversationUser(this, this.client, url);
  }

  /** The result of a successful command. @throws if the command fails. */
  async run<Result>(name: string, payload: object): Promise<Result> {
    const { success, ...result } = await this.client.send(name, payload);
    if (!success) throw new Error(`${name}: ${JSON.stringify(result)}`);
    return result as Result;
  }

  /** The outcome of a command: 'ok', or the code of its error. */
  async outcomeOf(name: string, payload: object): Promise<string> {
    const { success, error } = await this.client.send(name, payload);
    return success ? 'ok' : (error?.code ?? '');
  }

  /** The answer to an HTTP request, of any status. */
  request(method: string, path: string, body?: object): ReturnType<typeof callApi> {
    return callApi(this.url, method, path, { token: this.accessToken, ...(body && { body }) });
  }

  /** Creates a group, and resolves when all members have received its event. */
  async createGroup(...others: ConversationUser[]): Promise<string> {
    const participantIds = others.map((user) => user.id);
    const { id } = await this.run<ConversationView>('conversation:create', { kind: 'group', participantIds });
    const created = [this, ...others].map(({ client }) =>
      client.waitForEvent('conversation:created', ({ conversationId }) => conversationId === id),
    );
    await Promise.all(created);
    return id;
  }

  sendMessage(conversationId: string, content: string, tempId?: string): Promise<SendResult> {
    return this.run('message:send', { conversationId, content, ...(tempId === undefined ? {} : { tempId }) });
  }

  /** The sequence numbers of the received log entries, in order of arrival. */
  receivedSeqs(conversationId: string): number[] {
    return this.client.received.flatMap(({ event, payload }) =>
      isLogEntry(event, payload, conversationId) ? [payload.seq] : [],
    );
  }

  /** Syncs page by page until the answer is complete. */
  async syncAll(conversationId: string, from: number) {
    const events: SyncPage['conversations'][string]['events'] = [];
    let pages = 0;
    let head = 0;
    for (let cursor: number | undefined = from; cursor !== undefined; pages++) {
      const page: SyncPage = await this.run('conversation:sync', { cursors: { [conversationId]: cursor } });
      const answer = page.conversations[conversationId];
      if (!answer) throw new Error(`the sync answered nothing about ${conversationId}`);
      events.push(...answer.events);
      head = answer.head;
      cursor = answer.limited ? answer.next : undefined;
    }
    return { events, pages, head };
  }
}

/** Whether an event carries an entry of the log of this conversation. */
export function isLogEntry(event: string, payload: unknown, conversationId: string): payload is { seq: number } {
  const entry = payload as Partial<EventPayload<LogEventType>>;
  const isNoLogEntry = event.startsWith('user:') || event.includes('receipt') || event === 'message:delivered';
  return !isNoLogEntry && entry.conversationId === conversationId && entry.seq !== undefined;
}
