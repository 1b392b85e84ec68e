/** A TCP proxy that can be switched off and on, so that a server behind it is away without being touched. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class TcpProxy {
  private server: Server | null = null;
  private readonly sockets = new Set<Socket>();
  private chosenPort = 0;

  private constructor(private readonly target: URL) {}

  /** In front of the host and port of that address. */
  static async start(target: string): Promise<TcpProxy> {
    const proxy = new TcpProxy(new URL(target));
    await proxy.up();
    return proxy;
  }

  /** The address of the target as seen through the proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String(this.chosenPort);
    return url.toString();
  }

  async up(): Promise<void> {
    const server = createServer((near) => this.forward(near));
    this.server = server;
    server.listen(this.chosenPort, '127.0.0.1');
    await once(server, 'listening');
    this.chosenPort = (server.address() as AddressInfo).port;
  }

  /** Cuts every connection and refuses new ones. */
  async down(): Promise<void> {
    const { server } = this;
    this.server = null;
    for (const socket of this.sockets) socket.destroy();
    if (!server) return;
    server.close();
    await once(server, 'close');
  }

  private forward(near: Socket): void {
    const far = connect(Number(this.target.port), this.target.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
    }
  }
}
