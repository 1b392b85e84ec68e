/** Keeps the store in step with this node: batches, the lease, life without the store, and the way back. */
import { decideAlone, ToldAlone } from './alone';
import type { LeaseTiming } from './lease-timing';
import type { LocalMembers } from './local-members';
import {
  LeaseLostError,
  MAX_BATCH,
  type MembershipChange,
  type MembershipOp,
  type MembershipStore,
  ONLINE,
  type OpResult,
  type Reach,
  type Untold,
} from './membership-store';
import { OpQueue, type Ticket } from './op-queue';
import { changesOf, drainAll, reopen } from './reopen';
import type { Settled } from './settled';
import { Steadiness } from './steadiness';

export interface MembershipHooks {
  /** The store does not answer; from now on this node decides by what it knows itself. */
  away(cause: unknown): void;
  /** The store answers again and holds all of this node's members. */
  back(awayMs: number): void;
  /** Something failed that is tried again, or that nobody waits for: a sweep, a read, a listener. */
  failed(what: string, cause: unknown): void;
}

export class StoreSync {
  private readonly queue = new OpQueue((batch) => this.exclusively(() => this.send(batch)));
  private readonly told = new ToldAlone();
  private readonly steadiness: Steadiness;
  private state: 'apart' | 'joined' | 'stopped' = 'apart';
  private epoch: string | undefined;
  private awaySince: number | undefined;
  /** What was decided alone after the snapshot of a return was taken; undefined while there is no return. */
  private sinceSnapshot: MembershipOp[] | undefined;
  /** Users whose attributes were changed while the store was away. */
  private readonly changedAlone = new Set<string>();
  private tail: Promise<unknown> = Promise.resolve();
  private tending: NodeJS.Timeout | undefined;
  private sweeping: NodeJS.Timeout | undefined;
  private sweepRuns = false;

  constructor(
    private readonly store: MembershipStore,
    private readonly local: LocalMembers,
    private readonly tell: (changes: MembershipChange[], reach?: Reach) => void,
    private readonly hooks: MembershipHooks,
    private readonly timing: LeaseTiming,
    private readonly now: () => number,
    private readonly remind: (untold: readonly Untold[]) => void,
  ) {
    this.steadiness = new Steadiness(timing, now);
  }

  get joined(): boolean {
    return this.state === 'joined';
  }

  /** Settles after the first attempt to reach the store, successful or not. */
  async start(): Promise<void> {
    await this.tend();
    this.sweeping = setInterval(() => void this.sweep(), this.timing.sweepMs).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.sweeping);
    await this.queue.drain();
    await this.exclusively(async () => {
      clearTimeout(this.tending);
      const { joined } = this;
      this.state = 'stopped';
      if (joined) await this.guarded('retire', () => drainAll(() => this.store.retire('all'), this.tell));
    });
  }

  submit(op: MembershipOp, member?: Ticket['member']): Promise<Settled> {
    return new Promise((settle) => this.take({ op, member, settle }));
  }

  /** Like `submit`, for what nobody waits for. */
  post(op: MembershipOp): void {
    this.take({ op, member: undefined, settle: undefined });
  }

  private take(ticket: Ticket): void {
    if (this.joined) this.queue.add(ticket);
    else this.settleAlone([ticket]);
  }

  // Batches, renewals and returns never overlap: a return must know what has been settled before.
  private exclusively<T>(job: () => Promise<T>): Promise<T> {
    const result = this.tail.then(job);
    this.tail = result.catch(() => undefined);
    return result;
  }

  private async send(batch: Ticket[]): Promise<void> {
    if (!this.joined) return this.settleAlone(batch);
    try {
      const ops = batch.map(({ op }) => op);
      const results = await this.store.apply(ops);
      batch.forEach((ticket, index) => this.settle(ticket, results[index] ?? { outcome: 'unchanged' }, false));
      this.tell(changesOf(ops, results));
    } catch (error) {
      this.queue.putBack(batch);
      if (error instanceof LeaseLostError) await this.comeBack();
      else this.goAlone(error);
    }
  }

  private async tend(): Promise<void> {
    await this.exclusively(async () => {
      if (this.state === 'stopped') return;
      if (this.state === 'apart') return this.comeBack();
      try {
        if ((await this.store.renew()) === 'held') this.steadiness.renewed();
        else await this.comeBack();
      } catch (error) {
        this.goAlone(error);
      }
    });
    this.tendIn(this.joined ? this.timing.renewMs : this.timing.retryMs);
  }

  private tendIn(delayMs: number): void {
    clearTimeout(this.tending);
    if (this.state !== 'stopped') this.tending = setTimeout(() => void this.tend(), delayMs).unref();
  }

  private goAlone(cause: unknown): void {
    this.state = 'apart';
    if (this.awaySince === undefined) {
      this.awaySince = this.now();
      this.hooks.away(cause);
    }
    this.settleAlone(this.queue.takeAll());
    this.tendIn(this.timing.retryMs);
  }

  private async comeBack(): Promise<void> {
    const since: MembershipOp[] = [...this.changedAlone].map((userId) => this.attributesOp(userId));
    this.sinceSnapshot = since;
    const tellUnsaid = (changes: MembershipChange[]): void => {
      const [unsaid, said] = this.told.part(changes);
      this.tell(unsaid);
      this.tell(said, 'elsewhere');
    };
    try {
      this.epoch = await reopen(this.store, this.local.snapshot(), this.epoch, tellUnsaid);
      do {
        while (since.length > 0) {
          const ops = since.splice(0, MAX_BATCH);
          tellUnsaid(changesOf(ops, await this.store.apply(ops)));
        }
        await this.correct();
      } while (since.length > 0);
    } catch (error) {
      return this.goAlone(error);
    } finally {
      this.sinceSnapshot = undefined;
    }
    this.state = 'joined';
    this.steadiness.begin();
    this.told.clear();
    this.changedAlone.clear();
    if (this.awaySince !== undefined) this.hooks.back(this.now() - this.awaySince);
    this.awaySince = undefined;
  }

  // This node told that they have left, not knowing that another one holds them.
  private async correct(): Promise<void> {
    const doubtful = this.told.takeDoubtful();
    try {
      const present = await Promise.all(doubtful.map(({ group, userId }) => this.store.isMember(group, [userId])));
      const wrong = doubtful.filter((_, index) => present[index]?.[0]);
      this.tell(
        wrong.map(({ group, userId }) => ({ group, userId, kind: 'entered' })),
        'here',
      );
    } catch (error) {
      this.told.stillDoubtful(doubtful);
      throw error;
    }
  }

  private settleAlone(tickets: readonly Ticket[]): void {
    const changes: MembershipChange[] = [];
    for (const ticket of tickets) {
      const { op } = ticket;
      const change = this.state === 'stopped' ? undefined : decideAlone(this.local, op);
      this.settle(ticket, { outcome: change === 'full' ? 'full' : (change?.kind ?? 'unchanged') }, true);
      if (change === 'full') continue;
      if (change) changes.push(change);
      if (op.kind === 'attributes') this.changedAlone.add(op.userId);
      if (op.kind !== 'turn')
        this.sinceSnapshot?.push(op.kind === 'join' ? { kind: 'join', group: op.group, userId: op.userId } : op);
    }
    for (const change of changes) this.told.note(change);
    this.tell(changes, 'here');
  }

  private settle({ op, member, settle }: Ticket, { outcome, turn, came }: OpResult, local: boolean): void {
    if (member) {
      member.joining = undefined;
      member.held = outcome !== 'full';
      if (!member.held) this.local.remove(member);
    }
    if (op.kind === 'leave' && op.group === ONLINE && !this.local.get(ONLINE, op.userId))
      this.local.forgetAttributes(op.userId);
    if (!settle) return;
    const answer: Settled = { outcome, local };
    if (turn !== undefined) answer.turn = turn;
    if (came !== undefined) answer.came = came;
    settle(answer);
  }

  private attributesOp(userId: string): MembershipOp {
    return { kind: 'attributes', userId, attributes: this.local.patchOf(userId) };
  }

  private async sweep(): Promise<void> {
    if (this.sweepRuns || !this.joined || !this.steadiness.steady) return;
    this.sweepRuns = true;
    await this.guarded('sweep', async () => {
      await drainAll(() => this.store.sweep(), this.tell);
      const untold = await this.store.untold();
      if (untold.length > 0) this.remind(untold);
    });
    this.sweepRuns = false;
  }

  private async guarded(what: string, job: () => Promise<void>): Promise<void> {
    try {
      await job();
    } catch (error) {
      this.hooks.failed(what, error);
    }
  }
}
