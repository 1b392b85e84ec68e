/**
 * Links that speak the protocol of Socket.IO over its transport and its parser. The reconnection, the buffer and the
 * acknowledgement queue of the stock client are not needed: the SDK has its own, which lose nothing.
 */
import { Socket as Transport } from 'engine.io-client';
import { Decoder, Encoder, type Packet, PacketType } from 'socket.io-parser';
import type { Link, LinkAuth, LinkHandlers, LinkRefusal, OpenLink } from './link';

export interface EngineOptions {
  /** Of the server; a path such as `/` means the origin of the page. */
  readonly url: string;
  /** Where Socket.IO is served; `/socket.io` by default. */
  readonly path?: string;
  /** In the order in which they are tried; WebSocket, then HTTP long polling by default. */
  readonly transports?: readonly ('websocket' | 'polling')[];
}

const NAMESPACE = '/';

export function openEngineLinks({
  url,
  path = '/socket.io',
  transports = ['websocket', 'polling'],
}: EngineOptions): OpenLink {
  // A path means the origin of the page, which the transport takes by default.
  const address = url.startsWith('/') ? '' : url;
  return (auth, handlers) =>
    new EngineLink(
      new Transport(address, { path, transports: [...transports], tryAllTransports: true }),
      auth,
      handlers,
    );
}

class EngineLink implements Link {
  private readonly encoder = new Encoder();
  private readonly decoder = new Decoder();
  private readonly answers = new Map<number, (answer: object) => void>();
  private nextId = 0;
  private isOver = false;

  constructor(
    private readonly transport: Transport,
    auth: LinkAuth,
    private readonly handlers: LinkHandlers,
  ) {
    this.decoder.on('decoded', (packet: Packet) => this.isOver || this.receive(packet));
    transport.on('open', () => this.write({ type: PacketType.CONNECT, nsp: NAMESPACE, data: auth }));
    transport.on('data', (data: string | ArrayBuffer) => this.decode(data));
    transport.on('ping', () => this.isOver || handlers.onActivity());
    transport.on('close', (reason: string) => this.onClosed(reason));
    // Followed by `close`.
    transport.on('error', () => undefined);
  }

  emit(command: string, payload: object, onAnswer?: (answer: object) => void): void {
    // What may be lost does not wait behind what the network has not taken yet.
    if (!onAnswer && !this.transport.transport.writable) return;
    const id = onAnswer && this.nextId++;
    if (onAnswer) this.answers.set(id as number, onAnswer);
    this.write({ type: PacketType.EVENT, nsp: NAMESPACE, data: [command, payload], ...(id !== undefined && { id }) });
  }

  close(): void {
    this.isOver = true;
    // Without a disconnect packet, which would end the session on the server.
    this.transport.close();
  }

  leave(): void {
    this.isOver = true;
    if (this.transport.readyState === 'open') this.write({ type: PacketType.DISCONNECT, nsp: NAMESPACE });
    this.transport.close();
  }

  private write(packet: Omit<Packet, 'data'> & { readonly data?: unknown }): void {
    for (const encoded of this.encoder.encode(packet)) this.transport.write(encoded);
  }

  private decode(data: string | ArrayBuffer): void {
    try {
      this.decoder.add(data);
    } catch {
      this.end('parse error');
    }
  }

  private receive({ type, id, data }: Packet): void {
    const [first, payload, offset] = (Array.isArray(data) ? data : [data]) as [unknown, object, unknown];
    if (type === PacketType.EVENT)
      this.handlers.onEvent(first as string, payload, typeof offset === 'string' ? offset : undefined);
    else if (type === PacketType.ACK) this.answer(id ?? -1, first as object);
    else if (type === PacketType.CONNECT_ERROR) this.onConnectError(data as { message: string; data?: LinkRefusal });
    else if (type === PacketType.DISCONNECT) this.end('io server disconnect');
  }

  private answer(id: number, answer: object): void {
    const onAnswer = this.answers.get(id);
    this.answers.delete(id);
    onAnswer?.(answer);
  }

  private onConnectError({ message, data }: { message: string; data?: LinkRefusal }): void {
    if (data?.code === undefined) return this.end(message);
    this.close();
    this.handlers.onRefused(data);
  }

  private end(reason: string): void {
    if (this.isOver) return;
    this.close();
    this.handlers.onClosed(reason);
  }

  private onClosed(reason: string): void {
    this.decoder.destroy();
    this.end(reason);
  }
}
