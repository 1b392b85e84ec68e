/** Two nodes of the other application inside this process, with Redis behind a gate or without, and a client behind another. */
import { RealtimeService } from '@aeturnis/realtime';
import { type RaidApp, startRaidApp } from '../other-app/raid-app';
import { closeClients, connect, type TestClient, until } from './client';
import { Gate } from './gate';
import { type RedisServer, startRedis } from './redis-server';

type Environment = Record<string, string>;

export interface Away {
  name: string;
  client: TestClient;
  /** What `recovered` was at each connection after the first. */
  returns: boolean[];
}

export class RaidWorld {
  private readonly nodes: RaidApp[] = [];
  private readonly gates: Gate[] = [];

  private constructor(readonly redis: RedisServer) {}

  static async open(): Promise<RaidWorld> {
    return new RaidWorld(await startRedis());
  }

  /** Only the first node reaches Redis through the gate. */
  async withRedis(environment: Environment = {}): Promise<{ west: RaidApp; east: RaidApp; redisGate: Gate }> {
    const redisGate = await this.gate(this.redis.url);
    const [west, east] = await Promise.all([
      this.start({ REDIS_URL: redisGate.url, NODE_ID: 'west', ...environment }),
      this.start({ REDIS_URL: this.redis.url, NODE_ID: 'east', ...environment }),
    ]);
    return { west, east, redisGate };
  }

  /** One node, by two names. */
  async alone(environment: Environment = {}): Promise<{ west: RaidApp; east: RaidApp }> {
    const node = await this.start(environment);
    return { west: node, east: node };
  }

  /** A stock client behind a gate of its own. */
  async enter(node: RaidApp): Promise<Away & { gate: Gate }> {
    const gate = await this.gate(node.url);
    const name = newName('anna');
    const client = await connect(gate.url, name, {
      reconnection: true,
      reconnectionDelay: 50,
      reconnectionDelayMax: 100,
    });
    const returns: boolean[] = [];
    client.socket.on('connect', () => returns.push(client.socket.recovered));
    return { name, client, returns, gate };
  }

  /** Ends nodes and gates; Redis stays for the next test. */
  async clear(): Promise<void> {
    closeClients();
    // A gate before Redis stays open until its node has said good-bye.
    await Promise.all(this.nodes.splice(0).map((node) => node.close()));
    await Promise.all(this.gates.splice(0).map((gate) => gate.shut()));
  }

  async close(): Promise<void> {
    await this.redis.stop();
  }

  private async start(environment: Environment): Promise<RaidApp> {
    const node = await startRaidApp({ NODE_ENV: 'development', LIMITS: 'off', ...environment });
    this.nodes.push(node);
    return node;
  }

  /** Open, until the nodes end. */
  async gate(url: string): Promise<Gate> {
    const gate = await Gate.before(url);
    await gate.open();
    this.gates.push(gate);
    return gate;
  }
}

let serial = 0;
export const newName = (kind: string): string => `${kind}${++serial}`;

export const gone = ({ client: { socket } }: Away): Promise<void> => until(() => !socket.connected, 'it has noticed');
export const back = ({ returns }: Away, times = 1): Promise<void> =>
  until(() => returns.length === times, 'it is back');

/** Who blew the horns that a client has heard, in order. */
export const hornsOf = (client: TestClient): string[] => client.all('raid:horn').map(({ by }) => by);
export const blow = (node: RaidApp, room: string, by: string): void =>
  node.app.get(RealtimeService).emitToRoom(room, 'raid:horn', { by });
export const blowToAll = (node: RaidApp, by: string): void =>
  node.app.get(RealtimeService).broadcastToAll('raid:horn', { by });
