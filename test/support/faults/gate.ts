/** A TCP proxy in front of a server that a test can close, stall, redirect and reset, to simulate outages. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../free-port';

export class Gate {
  private readonly sockets = new Set<Socket>();
  /** Open connections: the socket of the client, and the socket to the server. */
  private readonly pairs = new Map<Socket, Socket>();
  private server: Server | null = null;
  private isStalled = false;
  private isHoldingAnswers = false;
  private port = 0;
  private observer: ((client: Socket) => void) | undefined;
  private serverObserver: ((server: Socket) => void) | undefined;

  private constructor(private target: URL) {}

  /** Creates an open gate, whose address stays the same when it is closed and opened again. */
  static async openInFrontOf(url: string): Promise<Gate> {
    const gate = new Gate(new URL(url));
    await gate.open();
    return gate;
  }

  /** Creates a closed gate. */
  static async inFrontOf(url: string): Promise<Gate> {
    const gate = await Gate.openInFrontOf(url);
    await gate.close();
    return gate;
  }

  /** The target's address, through the gate. */
  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${this.port}`;
    return url.href;
  }

  async open(): Promise<void> {
    this.port ||= await freePort();
    const server = createServer((client) => this.accept(client));
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(this.port, '127.0.0.1', resolve);
    });
  }

  /** Refuses new connections and resets the open ones. */
  async close(): Promise<void> {
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

  /** Silently stops forwarding: open connections stay open, and new ones are accepted; `isLasting` stalls these too. */
  stall({ isLasting = true } = {}): void {
    this.isStalled = isLasting;
    for (const [client, target] of this.pairs) {
      client.unpipe(target).pause();
      target.unpipe(client).pause();
    }
  }

  /** Forwards the held data, and all data from now on. */
  resume(): void {
    this.isStalled = false;
    for (const [client, target] of this.pairs) client.pipe(target).pipe(client);
  }

  /** Silently stops forwarding on the connections that are open now; they stay open, and new ones work. */
  stallOpenConnections(): void {
    for (const [client, target] of this.pairs) {
      client.unpipe(target).pause();
      target.unpipe(client).pause();
    }
  }

  /** Forwards what clients send, on new connections too, but none of what the server answers. */
  holdAnswers(): void {
    this.isHoldingAnswers = true;
    for (const [client, target] of this.pairs) target.unpipe(client).pause();
  }

  /** New connections get answers again; those that are open have to be reset. */
  releaseAnswers(): void {
    this.isHoldingAnswers = false;
  }

  /** Calls the observer with each new connection, so that it can read along what the client sends. */
  observeClients(observer: (client: Socket) => void): void {
    this.observer = observer;
  }

  /** Calls the observer with the server's side of each new connection, so that it can read along what clients are sent. */
  observeServer(observer: (server: Socket) => void): void {
    this.serverObserver = observer;
  }

  /** Directs new connections to this server. */
  redirectTo(url: string): void {
    this.target = new URL(url);
  }

  /**
   * Breaks the open connections and accepts new ones. `halfOpen` breaks them for the clients only. `only` selects them by
   * the client port that the server sees.
   */
  resetConnections({ halfOpen = false, only }: { halfOpen?: boolean; only?: (port: number) => boolean } = {}): void {
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

  private accept(client: Socket): void {
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
    if (this.isStalled) return;
    client.pipe(target);
    this.observer?.(client);
    if (this.isHoldingAnswers) return;
    target.pipe(client);
    this.serverObserver?.(target);
  }
}
