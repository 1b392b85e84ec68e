/** A node with players who go on sending commands whatever troubles its services have. */
import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, createCharacter, playAsGuest, type TestClient } from './client';
import type { ServerProcess } from './server';
import { type Trouble, TroubledServices } from './troubled-services';

const PACE_MS = 1_000;

interface Player {
  readonly client: TestClient;
  readonly accessToken: string;
  readonly partnerId: string;
  readonly conversationId: string;
  seq: number;
}

export class TroubledNode {
  private readonly stopping = new AbortController();
  private readonly playing: Promise<void>[] = [];

  private constructor(
    readonly server: ServerProcess,
    private readonly services: TroubledServices,
  ) {}

  static async start(): Promise<TroubledNode> {
    const services = await TroubledServices.start();
    return new TroubledNode(await services.startNode({ LIMITS: 'off' }), services);
  }

  /** Brings in players, two and two in a conversation, who send several commands and one request a second. */
  async play(players: number): Promise<void> {
    const { url } = this.server;
    setMaxListeners(players, this.stopping.signal);
    for (let pair = 0; pair < players / 2; pair++) {
      const guests = await Promise.all([playAsGuest(url), playAsGuest(url)]);
      const clients = await Promise.all(
        guests.map(({ accessToken }) => connect(url, accessToken, { reconnection: true })),
      );
      const characters = await Promise.all(guests.map((guest) => createCharacter(url, guest)));
      const participantIds = [guests[1].id];
      const { id } = (await clients[0]?.send('conversation:create', { kind: 'direct', participantIds })) as unknown as {
        id: string;
      };
      for (const [index, client] of clients.entries()) {
        await client.send('character:select', { characterId: characters[index]?.id });
        const partnerId = guests[1 - index]?.id ?? '';
        const accessToken = guests[index]?.accessToken ?? '';
        this.playing.push(this.playOn({ client, accessToken, partnerId, conversationId: id, seq: 0 }));
      }
    }
  }

  spoil(trouble: Trouble): Promise<void> {
    return this.services.spoil(trouble);
  }

  mend(trouble: Trouble): Promise<void> {
    return this.services.mend(trouble);
  }

  /** The lines that the node has logged so far. */
  get lines(): string[] {
    return this.server.output().split('\n').filter(Boolean);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.server.kill('SIGKILL');
    await this.server.exited;
    await Promise.all(this.playing);
    await this.services.stop();
  }

  private async playOn(player: Player): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      this.step(player);
      await delay(PACE_MS, undefined, { signal }).catch(() => undefined);
    }
    player.client.close();
  }

  /** Nobody waits for the answers. */
  private step(player: Player): void {
    const { client, accessToken, conversationId, partnerId } = player;
    const seq = ++player.seq;
    client.forget();
    const send = (event: string, payload: object = {}): void => void client.send(event, payload).catch(() => undefined);
    if (!client.socket.connected) return;
    send('system:ping');
    send('character:move', { seq, x: 0.1 * Math.sin(seq), y: 0 });
    send('message:send', { conversationId, content: `message ${seq}`, tempId: `temp-${seq}` });
    if (seq % 2 === 0) send('presence:update', { status: seq % 4 === 0 ? 'away' : 'online' });
    if (seq % 3 === 0) send('chat:message', { channel: 'global', text: `message ${seq}` });
    if (seq % 3 === 1) send('chat:whisper', { toUserId: partnerId, text: `message ${seq}` });
    if (seq % 3 === 2) send('typing:start', { conversationId });
    if (seq % 4 === 1) send('conversation:sync', { conversationId, after: 0 });
    if (seq % 4 === 3) send('notification:list');
    fetch(`${this.server.url}/api/me`, { headers: { Authorization: `Bearer ${accessToken}` } }).then(
      (response) => response.text(),
      () => undefined,
    );
  }
}
