/** A TCP load balancer in front of several nodes: it forwards new connections in turn to nodes that are ready. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

const READINESS_INTERVAL_MS = 100;
/** Large enough for all clients to reconnect at once without refused connections. */
const BACKLOG = 4_096;

/** A node's address, read at each check because it changes with a restart. */
type NodeAddress = string | { readonly url: string };

export class TcpLoadBalancer {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private readyNodes: URL[] = [];
  private nextIndex = 0;
  private timer: NodeJS.Timeout | undefined;

  private constructor(private readonly addresses: readonly NodeAddress[]) {
    this.server = createServer((client) => this.forward(client));
  }

  static async inFrontOf(addresses: readonly NodeAddress[]): Promise<TcpLoadBalancer> {
    const balancer = new TcpLoadBalancer(addresses);
    await balancer.checkReadiness();
    balancer.timer = setInterval(() => void balancer.checkReadiness(), READINESS_INTERVAL_MS);
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

  private async checkReadiness(): Promise<void> {
    const nodes = this.addresses.map((address) => new URL(typeof address === 'string' ? address : address.url));
    const answers = await Promise.all(nodes.map(isReady));
    this.readyNodes = nodes.filter((_, index) => answers[index]);
  }

  private forward(client: Socket): void {
    const node = this.readyNodes[this.nextIndex++ % this.readyNodes.length];
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
