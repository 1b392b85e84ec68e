/** The packets of Socket.IO 5 in its default namespace: a type, the number of attachments, an id, and JSON. */

export const PacketType = { connect: 0, disconnect: 1, event: 2, ack: 3, connectError: 4 } as const;
/** Events and acks with attachments have types of their own, this much higher. */
const WITH_ATTACHMENTS = 3;

export interface ReceivedPacket {
  readonly type: number;
  /** Of the command that an ack belongs to. */
  readonly id: number | undefined;
  readonly data: unknown;
}

/** As many as the stock parser takes. */
const MAX_ATTACHMENTS = 10;

type Attachment = ArrayBuffer | ArrayBufferView;

interface Head {
  readonly type: number;
  readonly attachments: number;
  readonly id: number | undefined;
  readonly json: string;
}

export const encodePacket = (type: number, data?: unknown, id?: number): string =>
  `${type}${id ?? ''}${data === undefined ? '' : JSON.stringify(data)}`;

/** Attachments follow the text of their packet. */
export class PacketDecoder {
  private pending: { readonly head: Head; readonly attachments: Attachment[] } | undefined;

  /** @returns the packet that is complete now, if one is. @throws Error for what is no packet. */
  add(data: string | Attachment): ReceivedPacket | undefined {
    if (typeof data !== 'string') return this.attach(data);
    if (this.pending) throw new Error('malformed packet');
    const head = parseHead(data);
    if (head.attachments === 0) return decode(head, []);
    this.pending = { head, attachments: [] };
    return undefined;
  }

  private attach(attachment: Attachment): ReceivedPacket | undefined {
    const { pending } = this;
    if (!pending) throw new Error('malformed packet');
    pending.attachments.push(attachment);
    if (pending.attachments.length < pending.head.attachments) return undefined;
    this.pending = undefined;
    return decode(pending.head, pending.attachments);
  }
}

function parseHead(text: string): Head {
  const [, type, attachments, id, json] = /^(\d)(?:(\d+)-)?(\d*)([^]*)$/.exec(text) ?? [];
  if (type === undefined || json === undefined || Number(attachments) > MAX_ATTACHMENTS)
    throw new Error('malformed packet');
  return { type: Number(type), attachments: Number(attachments ?? 0), id: id ? Number(id) : undefined, json };
}

function decode({ type, attachments: count, id, json }: Head, attachments: readonly Attachment[]): ReceivedPacket {
  const fill = (_: string, value: unknown): unknown => {
    const placeholder = value as { readonly _placeholder?: true; readonly num: number } | null;
    return placeholder?._placeholder ? attachments[placeholder.num] : value;
  };
  const data: unknown = json === '' ? undefined : JSON.parse(json, count > 0 ? fill : undefined);
  return { type: count > 0 ? type - WITH_ATTACHMENTS : type, id, data };
}
