/** An honest player: a stock client that walks at random, keeps a view of the zone, and records both. */
import type { Ack, ZoneMoves } from '@aeturnis/contracts';
import type { CellGrid } from '../../../../apps/server/src/world/interest/cell-grid';
import type { Point } from '../../../../apps/server/src/world/zones/box';
import type { Pathfinder } from '../../../../apps/server/src/world/zones/pathfinder';
import { connect, type TestClient } from '../../../support/clients/client';
import { ZonePicture } from '../../../support/zones/zone-picture';
import type { NodeBroadcasts } from './node-broadcasts';
import type { WalkerAccount } from './walk-job';
import { retry } from './retry';
import { PositionHistory } from './position-history';

const STEP_INTERVAL_MS = 100;
/** Units per step interval: nine tenths of the maximum in the slowest zone. */
const STEP_LENGTH = 0.4;
/** One volatile packet in this many is lost. */
const LOSS_PERIOD = 20;

/** The view from a tick on, as a flat array for compactness: walker, x and y in hundredths, next walker, … */
export interface ViewSnapshot {
  readonly tick: number;
  readonly shown: Int32Array;
}

export class Walker {
  readonly history: PositionHistory;
  readonly snapshots: ViewSnapshot[] = [];
  readonly counts = { steps: 0, corrections: 0, packets: 0, invalidPositions: 0 };
  /** Whether all volatile packets are lost. */
  isDroppingVolatile = false;
  /** The newest keyframe received, also if it was dropped on purpose. */
  keyframe: { tick: number; listed: ReadonlyMap<number, Point> } = { tick: 0, listed: new Map() };
  picture: ZonePicture;
  client: TestClient;
  /** All steps sent; those up to `acceptedIndex` were accepted. */
  readonly steps: Point[];
  acceptedIndex = 0;
  private confirmedIndex = 0;
  private direction: number;
  private restTicks = 0;
  private lostIndex = 0;
  private packetCount = 0;

  constructor(
    readonly account: WalkerAccount,
    readonly number: number,
    cells: CellGrid,
    private readonly pathfinder: Pathfinder,
    private readonly numberById: ReadonlyMap<string, number>,
    private readonly broadcasts: NodeBroadcasts,
    private readonly random: () => number,
  ) {
    const { x, y } = account;
    this.history = new PositionHistory(cells, { x, y });
    this.steps = [{ x, y }];
    this.direction = random() * 2 * Math.PI;
  }

  async enter(url: string, options: Parameters<typeof connect>[2] = {}): Promise<void> {
    const { id, token, encoding } = this.account;
    this.client = await retry(() => connect(url, token, options));
    const { socket } = this.client;
    socket.on('zone:state', (state) => this.broadcasts.onState(state));
    socket.on('zone:view', (view) => this.broadcasts.onView(view));
    socket.on('zone:moves', (moves) => this.onMoves(moves));
    this.picture = new ZonePicture(socket, { drop: () => this.shouldDropPacket() });
    socket.on('zone:view', ({ tick }) => this.takeSnapshot(tick));
    socket.on('zone:moves', ({ tick }) => this.takeSnapshot(tick));
    socket.on('character:correction', () => this.counts.corrections++);
    await retry(async () => {
      const selected = await this.client.send('character:select', { characterId: id, encoding });
      if (!selected.success) throw new Error(`character:select was refused: ${JSON.stringify(selected)}`);
    });
  }

  /**
   * Sends the next step when the last one is answered, so that the walker never exceeds its speed, however slow the machine
   * is. Resolves when the last step is answered.
   */
  async walk(shouldContinue: () => boolean): Promise<void> {
    while (shouldContinue()) {
      const interval = new Promise((resolve) => setTimeout(resolve, STEP_INTERVAL_MS));
      if (this.restTicks > 0) this.restTicks--;
      else await this.step();
      await interval;
    }
  }

  visiblePositions(): Int32Array {
    const shown: number[] = [];
    for (const { id, x, y } of this.picture.entities.values()) {
      const walker = this.numberById.get(id);
      if (walker !== undefined) shown.push(walker, hundredths(x), hundredths(y));
    }
    return Int32Array.from(shown);
  }

  private async step(): Promise<void> {
    if (this.random() < 0.03) this.restTicks = 5 + Math.floor(this.random() * 20);
    this.direction += (this.random() - 0.5) * 0.4;
    const from = this.steps[this.acceptedIndex] ?? this.account;
    const to = {
      x: rounded(from.x + STEP_LENGTH * Math.cos(this.direction)),
      y: rounded(from.y + STEP_LENGTH * Math.sin(this.direction)),
    };
    if (!this.pathfinder.isFree(to) || !this.pathfinder.isClear(from, to)) {
      this.direction = this.random() * 2 * Math.PI;
      return;
    }
    const seq = this.steps.push(to) - 1;
    const answer: Ack<{ accepted: boolean }> = await this.client.socket.emitWithAck('character:move', { seq, ...to });
    if (!answer.success || !('accepted' in answer) || !answer.accepted) return void this.steps.pop();
    this.acceptedIndex = seq;
    this.counts.steps++;
  }

  private onMoves(moves: ZoneMoves): void {
    const listed = this.broadcasts.onMoves(moves);
    if (moves.full) this.keyframe = { tick: moves.tick, listed };
    const own = listed.get(this.number);
    if (!own) return;
    while (this.confirmedIndex < this.steps.length && !isSame(this.steps[this.confirmedIndex], own))
      this.confirmedIndex++;
    // A connection keeps its order: a broadcast after an ack must not be older than the acknowledged step.
    if (this.confirmedIndex < this.acceptedIndex || this.confirmedIndex >= this.steps.length)
      this.counts.invalidPositions++;
    this.confirmedIndex = Math.min(this.confirmedIndex, this.steps.length - 1);
    this.history.record(moves.tick, own);
  }

  private shouldDropPacket(): boolean {
    if (this.packetCount++ % LOSS_PERIOD === 0) this.lostIndex = Math.floor(this.random() * LOSS_PERIOD);
    return this.isDroppingVolatile || (this.packetCount - 1) % LOSS_PERIOD === this.lostIndex;
  }

  private takeSnapshot(tick: number): void {
    this.counts.packets++;
    if (this.snapshots.at(-1)?.tick === tick) this.snapshots.pop();
    this.snapshots.push({ tick, shown: this.visiblePositions() });
  }
}

const isSame = (left: Point | undefined, right: Point): boolean => left?.x === right.x && left.y === right.y;
const hundredths = (value: number): number => Math.round(value * 100);
const rounded = (value: number): number => hundredths(value) / 100;
