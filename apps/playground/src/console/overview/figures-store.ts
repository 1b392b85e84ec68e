/** The figures of all nodes: read once for the last 15 minutes, and followed once a second while the page is shown. */
import type { ChatClient } from '@aeturnis/client';
import type { FigureGroup, FigureName, NodeSecond } from '@aeturnis/contracts';
import { signal } from '@preact/signals';
import type { AdminApi } from '../admin-api';
import { type Line, SECONDS, SecondsRing } from './seconds-ring';

type NodeHistory = Record<FigureName, Line> & Record<FigureGroup, Record<string, Line>>;
interface History {
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly nodes: readonly ({ nodeId: string } & ({ answered: false } | ({ answered: true } & NodeHistory)))[];
}

const SECOND_MS = 1_000;
/** Without a connection, the figures are read again after this time, in milliseconds. */
const POLL_MS = 5_000;

export class FiguresStore {
  /** The latest second of any node, since 1970; 0 before the first. Changes with each new figure. */
  readonly lastSecond = signal(0);
  /** In alphabetical order. */
  readonly nodeIds = signal<readonly string[]>([]);
  private readonly rings = new Map<string, SecondsRing>();
  private readonly endings: (() => void)[] = [];

  constructor(
    private readonly client: ChatClient,
    private readonly api: AdminApi,
  ) {}

  start(): void {
    const { client } = this;
    let wasLive = false;
    const onVisibility = (): void => void this.follow();
    document.addEventListener('visibilitychange', onVisibility);
    const poll = setInterval(() => {
      if (client.state.get().phase !== 'live' && !document.hidden) void this.load();
    }, POLL_MS);
    this.endings.push(
      client.on('admin:figures', ({ nodes }) => this.receive(nodes)),
      client.state.subscribe(({ phase }) => {
        if (phase === 'live' && !wasLive) void this.follow();
        wasLive = phase === 'live';
      }),
      () => document.removeEventListener('visibilitychange', onVisibility),
      () => clearInterval(poll),
    );
    // The state says whether there is a connection.
    client.connect().catch(() => undefined);
  }

  stop(): void {
    for (const end of this.endings) end();
  }

  /** A series of one node: a figure, or a label of a group as `errors.RATE_LIMITED`. */
  line(nodeId: string, name: string): Line {
    return this.rings.get(nodeId)?.read(name, this.firstSecond) ?? new Array<null>(SECONDS).fill(null);
  }

  /** The labels of a group on any node, in order. */
  labels(group: FigureGroup): string[] {
    const names = [...this.rings.values()].flatMap((ring) => ring.names(`${group}.`));
    return [...new Set(names)].map((name) => name.slice(group.length + 1)).sort();
  }

  get firstSecond(): number {
    return this.lastSecond.value - SECONDS + 1;
  }

  /** Nothing is sent to a page that is not shown; what it has missed is read when it is shown again. */
  private async follow(): Promise<void> {
    try {
      if (document.hidden) {
        await this.client.request('admin:unsubscribe', {});
        return;
      }
      await this.client.request('admin:subscribe', {});
      await this.load();
    } catch {
      // Without a connection; the next one follows again.
    }
  }

  private async load(): Promise<void> {
    const { from, nodes } = await this.api.get<History>('figures', { minutes: SECONDS / 60 });
    this.rings.clear();
    const first = Math.round(from / SECOND_MS);
    for (const node of nodes) if (node.answered) this.record(node.nodeId, first, node);
    this.lastSecond.value = Math.max(this.lastSecond.value, first + SECONDS - 1);
    this.nodeIds.value = [...this.rings.keys()].sort();
  }

  private record(nodeId: string, first: number, history: NodeHistory): void {
    const ring = this.ringOf(nodeId);
    const lines = Object.entries(history).flatMap(([name, value]): [string, Line][] => {
      if (Array.isArray(value)) return [[name, value]];
      return typeof value === 'object'
        ? Object.entries(value).map(([label, line]): [string, Line] => [`${name}.${label}`, line])
        : [];
    });
    for (let offset = 0; offset < SECONDS; offset++)
      ring.record(
        first + offset,
        lines.map(([name, line]) => [name, line[offset] ?? null] as const),
      );
  }

  private receive(nodes: readonly NodeSecond[]): void {
    for (const { nodeId, at, recoveries, errors, movesRefused, ...figures } of nodes) {
      const second = Math.round(at / SECOND_MS);
      const groups = Object.entries({ recoveries, errors, movesRefused }).flatMap(([group, counts]) =>
        Object.entries(counts).map(([label, count]) => [`${group}.${label}`, count] as const),
      );
      this.ringOf(nodeId).record(second, [...Object.entries(figures), ...groups]);
      if (second > this.lastSecond.value) this.lastSecond.value = second;
    }
    if (nodes.some(({ nodeId }) => !this.nodeIds.value.includes(nodeId)))
      this.nodeIds.value = [...this.rings.keys()].sort();
  }

  private ringOf(nodeId: string): SecondsRing {
    let ring = this.rings.get(nodeId);
    if (!ring) this.rings.set(nodeId, (ring = new SecondsRing()));
    return ring;
  }
}
