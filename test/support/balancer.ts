/** A TCP load balancer in front of several nodes: new connections go in turn to those whose readiness says yes. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

const LOOK_MS = 100;
/** A crowd that comes at once waits here rather than being turned away by the system. */
const BACKLOG = 4_096;

/** Where a node is; one that is restarted may be elsewhere then. */
type Place = string | { readonly url: string };

export class Balancer {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private ready: URL[] = [];
  private turn = 0;
  private timer: NodeJS.Timeout | undefined;

  private constructor(private readonly places: readonly Place[]) {
    this.server = createServer((client) => this.join(client));
  }

  static async before(places: readonly Place[]): Promise<Balancer> {
    const balancer = new Balancer(places);
    await balancer.look();
    balancer.timer = setInterval(() => void balancer.look(), LOOK_MS);
    await new Promise<void>((resolve) => balancer.server.listen(0, '127.0.0.1', BACKLOG, resolve));
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private async look(): Promise<void> {
    const nodes = this.places.map((place) => new URL(typeof place === 'string' ? place : place.url));
    const answers = await Promise.all(nodes.map(isReady));
    this.ready = nodes.filter((_, index) => answers[index]);
  }

  private join(client: Socket): void {
    const node = this.ready[this.turn++ % this.ready.length];
    if (!node) return void client.destroy();
    const target = connect(Number(node.port), node.hostname);
    for (const socket of [client, target]) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        client.destroy();
        target.destroy();
      });
    }
    client.pipe(target).pipe(client);
  }
}

async function isReady(node: URL): Promise<boolean> {
  return fetch(new URL('/health/ready', node)).then(
    ({ ok }) => ok,
    () => false,
  );
}
