/** A door in front of a TCP server that tests open and shut: what is behind it appears, vanishes and comes back. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export class Gate {
  private readonly sockets = new Set<Socket>();
  /** Connections that are whole: the client's end, and the server's. */
  private readonly pairs = new Map<Socket, Socket>();
  private server: Server | null = null;
  private holding = false;
  private port = 0;

  private constructor(private target: URL) {}

  /** Shut, with an address that stays the same. */
  static async before(url: string): Promise<Gate> {
    const gate = new Gate(new URL(url));
    await gate.open();
    await gate.shut();
    return gate;
  }

  /** The target's address, through the gate. */
  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${this.port}`;
    return url.href;
  }

  async open(): Promise<void> {
    const server = createServer((client) => this.join(client));
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(this.port, '127.0.0.1', resolve);
    });
    this.port = (server.address() as AddressInfo).port;
  }

  /** Refuses new connections and resets those there are. */
  async shut(): Promise<void> {
    const { server } = this;
    this.server = null;
    const closed = new Promise((resolve) => (server ? server.close(resolve) : resolve(null)));
    for (const socket of this.sockets) {
      // A reset in the middle of a graceful end leaves a handle that never closes, and Node then never exits.
      if (socket.writableEnded) socket.destroy();
      else socket.resetAndDestroy();
    }
    await closed;
  }

  /** From now on nothing passes, and nobody is told: connections stay, and new ones are taken. */
  hold(): void {
    this.holding = true;
    for (const [client, target] of this.pairs) {
      client.unpipe(target).pause();
      target.unpipe(client).pause();
    }
  }

  /** What was held passes, and what comes. */
  release(): void {
    this.holding = false;
    for (const [client, target] of this.pairs) client.pipe(target).pipe(client);
  }

  /** New connections go there. */
  lead(url: string): void {
    this.target = new URL(url);
  }

  /**
   * Breaks the connections there are and stays open; half-open ones break for the clients alone. `only` chooses them by
   * the port by which the server knows them.
   */
  cut({ halfOpen = false, only }: { halfOpen?: boolean; only?: (port: number) => boolean } = {}): void {
    for (const [client, target] of this.pairs) {
      if (only && !only(target.localPort ?? 0)) continue;
      this.pairs.delete(client);
      if (halfOpen) {
        target.unpipe(client).resume();
        client.removeAllListeners('close');
      }
      client.destroy();
    }
  }

  private join(client: Socket): void {
    const target = connect(Number(this.target.port), this.target.hostname);
    for (const socket of [client, target]) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        client.destroy();
        target.destroy();
      });
    }
    this.pairs.set(client, target);
    client.once('close', () => this.pairs.delete(client));
    if (!this.holding) client.pipe(target).pipe(client);
  }
}
