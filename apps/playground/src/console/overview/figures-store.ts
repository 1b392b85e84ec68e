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
/** A node without a second for longer, in seconds, has ended or does not report. */
const REPORTS_WITHIN = 5;

export class FiguresStore {
  /** The latest second of any node, since 1970; 0 before the first. Changes with each new figure. */
  readonly lastSecond = signal(0);
  /** How many nodes report now. The lines of one that has ended stay. */
  readonly reportingNodes = signal(0);
  /** The figures arrive since the history was read. */
  private isFollowed = false;
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
      if (document.hidden) return;
      if (client.state.get().phase !== 'live') this.load().catch(ignore);
      else if (!this.isFollowed) void this.follow();
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
    client.connect().catch(ignore);
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

  /** Of all lines, in alphabetical order. */
  get nodeIds(): string[] {
    return [...this.rings.keys()].sort();
  }

  get firstSecond(): number {
    return this.lastSecond.value - SECONDS + 1;
  }

  /** Nothing is sent to a page that is not shown; what it has missed is read when it is shown again. */
  private async follow(): Promise<void> {
    this.isFollowed = false;
    try {
      if (document.hidden) {
        await this.client.request('admin:unsubscribe', {});
        return;
      }
      await this.client.request('admin:subscribe', {});
      await this.load();
      this.isFollowed = true;
    } catch {
      // The next connection follows again, or the next poll.
    }
  }

  private async load(): Promise<void> {
    const { from, nodes } = await this.api.get<History>('figures', { minutes: SECONDS / 60 });
    const first = Math.round(from / SECOND_MS);
    for (const node of nodes) if (node.answered) this.record(node.nodeId, first, node);
    this.publish(first + SECONDS - 1);
  }

  private record(nodeId: string, first: number, history: NodeHistory): void {
    const ring = new SecondsRing();
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
    // What was received while the history was read.
    const received = this.rings.get(nodeId);
    if (received) ring.append(received);
    this.rings.set(nodeId, ring);
  }

  private receive(nodes: readonly NodeSecond[]): void {
    let latest = 0;
    for (const { nodeId, at, recoveries, errors, movesRefused, ...figures } of nodes) {
      const second = Math.round(at / SECOND_MS);
      const groups = Object.entries({ recoveries, errors, movesRefused }).flatMap(([group, counts]) =>
        Object.entries(counts).map(([label, count]) => [`${group}.${label}`, count] as const),
      );
      this.ringOf(nodeId).record(second, [...Object.entries(figures), ...groups]);
      latest = Math.max(latest, second);
    }
    this.publish(latest);
  }

  /** Publishes what was recorded up to this second. Nodes without a line in the plots are removed. */
  private publish(second: number): void {
    const latest = Math.max(this.lastSecond.value, second);
    let reporting = 0;
    for (const [nodeId, { lastSecond }] of this.rings) {
      if (lastSecond >= latest - REPORTS_WITHIN) reporting += 1;
      if (lastSecond <= latest - SECONDS) this.rings.delete(nodeId);
    }
    this.reportingNodes.value = reporting;
    this.lastSecond.value = latest;
  }

  private ringOf(nodeId: string): SecondsRing {
    let ring = this.rings.get(nodeId);
    if (!ring) this.rings.set(nodeId, (ring = new SecondsRing()));
    return ring;
  }
}

/** The next attempt follows. */
const ignore = (): void => undefined;
