/**
 * Compares the views of clients with the state of the server. Time is counted in ticks that a node has really run, so that
 * slow machines pass: each entity that a view shows or lacks must match the server's state of this or one of the last ten
 * ticks. That state is rebuilt from
 *
 * - the accepted steps of the walkers, each dated by the tick in which the walker's own node first broadcast it; the walker
 *   verifies this by the broadcasts of its own position that follow the ack of a step;
 * - the cells of these positions, by the product's `CellGrid`;
 * - for walkers of the other node: the newest tick of that node which this node has received. A node receives all moves of a
 *   tick at once, so the newest step that it broadcasts dates all others.
 */
import type { CellGrid } from '../../../../apps/server/src/world/interest/cell-grid';
import type { NodeBroadcasts } from './node-broadcasts';
import type { TrackedPosition } from './position-history';
import type { ViewSnapshot, Walker } from './walker';

/** One second. */
const TOLERANCE_TICKS = 10;
const MAX_EXAMPLES = 8;

export class ViewChecker {
  samples = 0;
  compared = 0;
  mismatches = 0;
  invalidPositions = 0;
  readonly examples: string[] = [];
  /** For each tick, the number of ticks of the other node that had not been received yet. */
  readonly replicationLags: number[] = [];

  constructor(
    private readonly cells: CellGrid,
    private readonly walkers: readonly Walker[],
    private readonly nodes: readonly NodeBroadcasts[],
  ) {}

  /** Checks all snapshots up to the given tick of each node. */
  checkUntil(until: readonly number[]): void {
    const ticks = this.nodes.map(({ ticks: all }, node) =>
      [...all].filter((tick) => tick <= (until[node] ?? 0)).sort((left, right) => left - right),
    );
    for (const [node, ownTicks] of ticks.entries()) this.checkNode(node, ownTicks, ticks[1 - node] ?? []);
  }

  private checkNode(node: number, ticks: readonly number[], others: readonly number[]): void {
    const replicated = this.replicatedTicks(node, ticks);
    const viewers = this.walkers.filter(({ account }) => account.node === node);
    const next = new Map(viewers.map((viewer) => [viewer, 0]));
    for (const [index, tick] of ticks.entries()) {
      // Tick 0 holds the initial positions.
      const from = { own: ticks[index - TOLERANCE_TICKS] ?? 0, remote: replicated[index - TOLERANCE_TICKS] ?? 0 };
      const upTo = replicated[index] ?? 0;
      // The node may have received more than it has broadcast so far, but not more than its next broadcast shows.
      const to = { own: tick, remote: replicated.find((received) => received > upTo) ?? upTo };
      this.replicationLags.push(others.filter((other) => other > upTo && other <= tick).length);
      const positionsByWalker = this.walkers.map(({ account, history }) =>
        account.node === node ? history.between(from.own, to.own) : history.between(from.remote, to.remote),
      );
      for (const viewer of viewers) {
        let at = next.get(viewer) ?? 0;
        while ((viewer.snapshots[at + 1]?.tick ?? Infinity) <= tick) at++;
        next.set(viewer, at);
        const snapshot = viewer.snapshots[at];
        if (snapshot && snapshot.tick <= tick) this.compare(viewer, snapshot, tick, positionsByWalker);
      }
    }
  }

  private compare(
    { number }: Walker,
    { shown, tick: shownSince }: ViewSnapshot,
    tick: number,
    positionsByWalker: readonly TrackedPosition[][],
  ): void {
    this.samples++;
    const offsets = new Map<number, number>();
    for (let at = 0; at < shown.length; at += 3) offsets.set(shown[at] ?? -1, at);
    const cells = new Set(positionsByWalker[number]?.map(({ cell }) => cell));
    for (const [walker, positions] of positionsByWalker.entries()) {
      const at = offsets.get(walker);
      const isSeen = ({ cell }: TrackedPosition): boolean => [...cells].some((own) => this.cells.areNear(own, cell));
      const isUnseen = ({ cell }: TrackedPosition): boolean => [...cells].some((own) => !this.cells.areNear(own, cell));
      if (at === undefined) {
        if (positions.some(isUnseen)) continue;
        this.compared++;
        this.recordMismatch(
          `${number} in tick ${tick} (shown since ${shownSince}) lacks ${walker}, ${describePositions(positions)}`,
        );
        continue;
      }
      this.compared++;
      const [x, y] = [shown[at + 1], shown[at + 2]];
      const isMatch = (p: TrackedPosition): boolean => hundredths(p.x) === x && hundredths(p.y) === y && isSeen(p);
      if (positions.some(isMatch)) continue;
      this.recordMismatch(
        `${number} in tick ${tick} (shown since ${shownSince}) sees ${walker} at ${x} ${y}, ${describePositions(positions)}`,
      );
    }
  }

  private recordMismatch(what: string): void {
    this.mismatches++;
    if (this.examples.length < MAX_EXAMPLES) this.examples.push(what);
  }

  /** For each tick, the newest tick of the other node that this node has received. */
  private replicatedTicks(node: number, ticks: readonly number[]): number[] {
    const newest = new Map<number, number>();
    for (const { account, number, history } of this.walkers) {
      if (account.node === node) continue;
      let index = 0;
      for (const [tick, position] of this.nodes[node]?.positionsOf(number) ?? []) {
        const found = history.indexOf(position, index);
        if (found < 0) this.invalidPositions++;
        else index = found;
        newest.set(tick, Math.max(newest.get(tick) ?? 0, history.at(index).tick));
      }
    }
    let last = 0;
    return ticks.map((tick) => (last = Math.max(last, newest.get(tick) ?? 0)));
  }
}

const hundredths = (value: number): number => Math.round(value * 100);
const describePositions = (positions: readonly TrackedPosition[]): string =>
  `which was at ${positions.map(({ x, y, tick, cell }) => `${x} ${y} (tick ${tick}, cell ${cell})`).join(', ')}`;
