/**
 * Links that speak the protocol of Socket.IO over its transport. The reconnection, the buffer and the acknowledgement queue
 * of the stock client are not needed: the SDK has its own, which lose nothing.
 */
import type { Socket as Transport } from 'engine.io-client';
import type { Link, LinkAuth, LinkHandlers, LinkRefusal } from './link';
import { encodePacket, PacketDecoder, PacketType, type ReceivedPacket } from './packets';

interface ConnectError {
  readonly message: string;
  readonly data?: LinkRefusal | null;
}

const MALFORMED = 'parse error';
const isObject = (value: unknown): value is object => Object(value) === value;

export class EngineLink implements Link {
  private readonly decoder = new PacketDecoder();
  private readonly answers = new Map<number, (answer: object) => void>();
  private nextId = 0;
  private isOver = false;

  constructor(
    private readonly transport: Transport,
    auth: LinkAuth,
    private readonly handlers: LinkHandlers,
  ) {
    transport.on('open', () => this.write(PacketType.connect, auth));
    transport.on('data', (data: string | ArrayBuffer) => this.isOver || this.decode(data));
    transport.on('packet', () => this.isOver || handlers.onActivity());
    transport.on('close', (reason: string) => this.end(reason));
    // Followed by `close`.
    transport.on('error', () => undefined);
  }

  emit(command: string, payload: object, onAnswer?: (answer: object) => void): void {
    // What may be lost does not wait behind what the network has not taken yet.
    if (!onAnswer && !this.transport.transport.writable) return;
    const id = onAnswer && this.nextId++;
    this.write(PacketType.event, [command, payload], id);
    if (onAnswer) this.answers.set(id as number, onAnswer);
  }

  close(): void {
    this.isOver = true;
    // Without a disconnect packet, which would end the session on the server.
    this.transport.close();
  }

  leave(): void {
    this.isOver = true;
    if (this.transport.readyState === 'open') this.write(PacketType.disconnect);
    this.transport.close();
  }

  private write(type: number, data?: unknown, id?: number): void {
    this.transport.write(encodePacket(type, data, id));
  }

  private decode(data: string | ArrayBuffer): void {
    let packet: ReceivedPacket | undefined;
    try {
      packet = this.decoder.add(data);
    } catch {
      return this.end(MALFORMED);
    }
    if (packet) this.receive(packet);
  }

  private receive({ type, id, data }: ReceivedPacket): void {
    const values = data as readonly unknown[] | null | undefined;
    const [name, payload, offset] = [values?.[0], values?.[1], values?.[2]];
    if (type === PacketType.event && isObject(payload))
      this.handlers.onEvent(name as string, payload, typeof offset === 'string' ? offset : undefined);
    else if (type === PacketType.ack && isObject(name)) this.answer(id ?? -1, name);
    else if (type === PacketType.connectError && isObject(data)) this.onConnectError(data as ConnectError);
    else if (type !== PacketType.connect) this.end(type === PacketType.disconnect ? 'io server disconnect' : MALFORMED);
  }

  private answer(id: number, answer: object): void {
    const onAnswer = this.answers.get(id);
    this.answers.delete(id);
    onAnswer?.(answer);
  }

  private onConnectError({ message, data }: ConnectError): void {
    if (!data?.code) return this.end(message);
    this.close();
    this.handlers.onRefused(data);
  }

  private end(reason: string): void {
    if (this.isOver) return;
    this.close();
    this.handlers.onClosed(reason);
  }
}
