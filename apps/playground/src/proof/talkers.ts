/** Company for a visitor who is alone: guests in this browser that say numbered lines, each over a connection of its own. */
import { createClient, type Client } from '@aeturnis/client';
import { signal } from '@preact/signals';
import { createSeparateGuest } from '../session/account-api';

const TALKERS = 3;
/** Below the rate at which the server takes the messages of one user. */
const PACE_MS = 2_400;

export class Talkers {
  readonly isTalking = signal(false);
  private clients: Client[] = [];
  private timers: ReturnType<typeof setInterval>[] = [];
  private said = 0;

  constructor(private readonly userId: () => string | undefined) {}

  /** They found a group with the visitor and talk in it. @throws RequestError */
  async start(): Promise<void> {
    const userId = this.userId();
    if (this.isTalking.value || userId === undefined) return;
    this.isTalking.value = true;
    try {
      const ids: string[] = [];
      for (let number = 0; number < TALKERS; number += 1) {
        const { accessToken, user } = await createSeparateGuest();
        ids.push(user.id);
        await this.connect(accessToken);
      }
      const [host] = this.clients;
      const { id } = (await host?.request('conversation:create', {
        kind: 'group',
        title: 'Campfire',
        participantIds: [userId, ...ids.slice(1)],
      })) ?? { id: '' };
      this.timers = this.clients.map((client, index) => this.talk(client, id, index));
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  stop(): void {
    for (const timer of this.timers.splice(0)) clearInterval(timer);
    for (const client of this.clients.splice(0)) client.close();
    this.isTalking.value = false;
  }

  private async connect(token: string): Promise<void> {
    const withoutCookies = (url: string, options: RequestInit): Promise<Response> =>
      fetch(url, { ...options, credentials: 'omit' });
    const client = createClient({ url: '/', getToken: () => token, fetch: withoutCookies });
    this.clients.push(client);
    await client.connect();
  }

  private talk(client: Client, conversationId: string, index: number): ReturnType<typeof setInterval> {
    const say = (): void => {
      this.said += 1;
      const content = `line ${this.said}`;
      const tempId = crypto.randomUUID();
      client.request('message:send', { conversationId, content, tempId }).catch(() => undefined);
    };
    // Not all at once.
    return setInterval(say, PACE_MS + index * 170);
  }
}
