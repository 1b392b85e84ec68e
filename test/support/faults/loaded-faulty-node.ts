/** A node with players who send commands continuously, also during faults of its services. */
import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, createCharacter, playAsGuest, type TestClient } from '../clients/client';
import type { ServerProcess } from '../servers/server';
import { type ServiceFault, FaultyServices } from './faulty-services';

const PACE_MS = 1_000;

interface LoadedPlayer {
  readonly client: TestClient;
  readonly accessToken: string;
  readonly partnerId: string;
  readonly conversationId: string;
  seq: number;
}

export class LoadedFaultyNode {
  private readonly stopping = new AbortController();
  private readonly playerLoops: Promise<void>[] = [];

  private constructor(
    readonly server: ServerProcess,
    private readonly services: FaultyServices,
  ) {}

  static async start(): Promise<LoadedFaultyNode> {
    const services = await FaultyServices.start();
    return new LoadedFaultyNode(await services.startNode({ LIMITS: 'off' }), services);
  }

  /** Adds players, in pairs with a conversation each, who send several commands and one request a second. */
  async addPlayers(players: number): Promise<void> {
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
        this.playerLoops.push(this.runPlayer({ client, accessToken, partnerId, conversationId: id, seq: 0 }));
      }
    }
  }

  injectFault(fault: ServiceFault): Promise<void> {
    return this.services.injectFault(fault);
  }

  clearFault(fault: ServiceFault): Promise<void> {
    return this.services.clearFault(fault);
  }

  /** The log lines of the node so far. */
  get logLines(): string[] {
    return this.server.output().split('\n').filter(Boolean);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.server.kill('SIGKILL');
    await this.server.exited;
    await Promise.all(this.playerLoops);
    await this.services.stop();
  }

  private async runPlayer(player: LoadedPlayer): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      this.sendCommands(player);
      await delay(PACE_MS, undefined, { signal }).catch(() => undefined);
    }
    player.client.close();
  }

  /** Sends commands without waiting for the answers. */
  private sendCommands(player: LoadedPlayer): void {
    const { client, accessToken, conversationId, partnerId } = player;
    const seq = ++player.seq;
    client.clearReceived();
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
