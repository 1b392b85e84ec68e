/** A door in front of a TCP server that tests open and shut: what is behind it appears, vanishes and comes back. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export class Gate {
  private readonly sockets = new Set<Socket>();
  /** Connections that are whole: the client's end, and the server's. */
  private readonly pairs = new Map<Socket, Socket>();
  private server: Server | null = null;
  private port = 0;
  private held = false;

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

  /** Lets nothing in any more, and says nothing of it. */
  hold(): void {
    this.held = true;
    for (const [client, target] of this.pairs) client.unpipe(target).pause();
  }

  /** Everything that was held goes in. */
  release(): void {
    this.held = false;
    for (const [client, target] of this.pairs) client.pipe(target);
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
    target.pipe(client);
    if (!this.held) client.pipe(target);
  }
}
