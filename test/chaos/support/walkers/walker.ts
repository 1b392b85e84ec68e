/** An honest player: a stock client that walks about at random, keeps a picture of what it sees, and notes what becomes of both. */
import type { Ack, ZoneMoves } from '@aeturnis/contracts';
import type { Cells } from '../../../../apps/server/src/world/area/cells';
import type { Point } from '../../../../apps/server/src/world/zones/box';
import type { Ways } from '../../../../apps/server/src/world/zones/ways';
import { connect, type TestClient } from '../../../support/client';
import { ZonePicture } from '../../../support/zone-picture';
import type { Hearsay } from './hearsay';
import type { Enlisted } from './job';
import { patiently } from './patience';
import { Track } from './track';

const BEAT_MS = 100;
/** Units in a beat: nine tenths of what the slowest zone allows. */
const STRIDE = 0.4;
/** Of each so many volatile packets one is lost. */
const LOST_OF = 20;

/** What it shows from a tick on: walker, x and y in hundredths, and the next. There are many of them. */
export interface Snapshot {
  readonly tick: number;
  readonly shown: Int32Array;
}

export class Walker {
  readonly track: Track;
  readonly snapshots: Snapshot[] = [];
  readonly counts = { steps: 0, corrections: 0, packets: 0, untrue: 0 };
  /** Loses everything volatile. */
  deaf = false;
  /** Of the newest keyframe that came, lost or not. */
  keyframe: { tick: number; listed: ReadonlyMap<number, Point> } = { tick: 0, listed: new Map() };
  picture: ZonePicture;
  client: TestClient;
  /** All that were sent; those up to the last one that was answered were accepted. */
  readonly steps: Point[];
  acceptedAt = 0;
  private shownAt = 0;
  private direction: number;
  private restsFor = 0;
  private lost = 0;
  private came = 0;

  constructor(
    readonly enlisted: Enlisted,
    readonly number: number,
    cells: Cells,
    private readonly ways: Ways,
    private readonly walkers: ReadonlyMap<string, number>,
    private readonly hearsay: Hearsay,
    private readonly chance: () => number,
  ) {
    const { x, y } = enlisted;
    this.track = new Track(cells, { x, y });
    this.steps = [{ x, y }];
    this.direction = chance() * 2 * Math.PI;
  }

  async enter(url: string, options: Parameters<typeof connect>[2] = {}): Promise<void> {
    const { id, token, encoding } = this.enlisted;
    this.client = await patiently(() => connect(url, token, options));
    const { socket } = this.client;
    socket.on('zone:state', (state) => this.hearsay.state(state));
    socket.on('zone:view', (view) => this.hearsay.view(view));
    socket.on('zone:moves', (moves) => this.hear(moves));
    this.picture = new ZonePicture(socket, { drop: () => this.drop() });
    socket.on('zone:view', ({ tick }) => this.remember(tick));
    socket.on('zone:moves', ({ tick }) => this.remember(tick));
    socket.on('character:correction', () => this.counts.corrections++);
    await patiently(async () => {
      const selected = await this.client.send('character:select', { characterId: id, encoding });
      if (!selected.success) throw new Error(`not selected: ${JSON.stringify(selected)}`);
    });
  }

  /**
   * One step at a time, the next when it was answered: however slow everything is, nobody who walks like that is too fast.
   * Settles when the last one was answered.
   */
  async walk(goesOn: () => boolean): Promise<void> {
    while (goesOn()) {
      const beat = new Promise((resolve) => setTimeout(resolve, BEAT_MS));
      if (this.restsFor > 0) this.restsFor--;
      else await this.step();
      await beat;
    }
  }

  shown(): Int32Array {
    const shown: number[] = [];
    for (const { id, x, y } of this.picture.entities.values()) {
      const walker = this.walkers.get(id);
      if (walker !== undefined) shown.push(walker, hundredths(x), hundredths(y));
    }
    return Int32Array.from(shown);
  }

  private async step(): Promise<void> {
    if (this.chance() < 0.03) this.restsFor = 5 + Math.floor(this.chance() * 20);
    this.direction += (this.chance() - 0.5) * 0.4;
    const from = this.steps[this.acceptedAt] ?? this.enlisted;
    const to = {
      x: rounded(from.x + STRIDE * Math.cos(this.direction)),
      y: rounded(from.y + STRIDE * Math.sin(this.direction)),
    };
    if (!this.ways.isFree(to) || !this.ways.isClear(from, to)) {
      this.direction = this.chance() * 2 * Math.PI;
      return;
    }
    const seq = this.steps.push(to) - 1;
    const answer: Ack<{ accepted: boolean }> = await this.client.socket.emitWithAck('character:move', { seq, ...to });
    if (!answer.success || !('accepted' in answer) || !answer.accepted) return void this.steps.pop();
    this.acceptedAt = seq;
    this.counts.steps++;
  }

  private hear(moves: ZoneMoves): void {
    const listed = this.hearsay.moves(moves);
    if (moves.full) this.keyframe = { tick: moves.tick, listed };
    const own = listed.get(this.number);
    if (!own) return;
    while (this.shownAt < this.steps.length && !isSame(this.steps[this.shownAt], own)) this.shownAt++;
    // On one connection all is in order: what is told after an answer must not be older than what was answered.
    if (this.shownAt < this.acceptedAt || this.shownAt >= this.steps.length) this.counts.untrue++;
    this.shownAt = Math.min(this.shownAt, this.steps.length - 1);
    this.track.note(moves.tick, own);
  }

  private drop(): boolean {
    if (this.came++ % LOST_OF === 0) this.lost = Math.floor(this.chance() * LOST_OF);
    return this.deaf || (this.came - 1) % LOST_OF === this.lost;
  }

  private remember(tick: number): void {
    this.counts.packets++;
    if (this.snapshots.at(-1)?.tick === tick) this.snapshots.pop();
    this.snapshots.push({ tick, shown: this.shown() });
  }
}

const isSame = (one: Point | undefined, other: Point): boolean => one?.x === other.x && one.y === other.y;
const hundredths = (value: number): number => Math.round(value * 100);
const rounded = (value: number): number => hundredths(value) / 100;
