/**
 * Keeps the store in step with this node for `Membership`: sends batches, renews the lease, sweeps dead nodes,
 * decides by the members of this node alone while the store is unreachable, and reconciles both after a reconnect.
 */
import { localChangeOf, OfflineChanges } from './offline-changes';
import type { LeaseTiming } from './lease-timing';
import type { JoinResult, LocalMembers } from './local-members';
import {
  type DeliveryScope,
  type BatchOp,
  LeaseLostError,
  MAX_MEMBERSHIP_BATCH,
  type MembershipChange,
  type MembershipOpResult,
  type MembershipStore,
} from './membership-store';
import type { MembershipExtension } from './membership-extension';
import { OperationQueue, type QueuedOperation } from './operation-queue';
import { changesOf, drainAll, recoverLease } from './lease-recovery';
import { LeaseStability } from './lease-stability';

export interface MembershipHooks {
  /** The store does not answer; from now on this node decides by its own members. */
  onStoreLost(cause: unknown): void;
  /** The store answers again and holds all members of this node. */
  onStoreRestored(awayMs: number): void;
  /** A sweep, a read, a listener or the retirement of this node failed; sweeps are repeated, and the read has no result. */
  onFailure(operation: string, cause: unknown): void;
}

export class MembershipSync {
  extension: MembershipExtension | undefined;
  private readonly queue = new OperationQueue((batch) => this.runExclusive(() => this.sendBatch(batch)));
  private readonly offlineChanges = new OfflineChanges();
  private readonly leaseStability: LeaseStability;
  private state: 'offline' | 'connected' | 'stopped' = 'offline';
  /** The epoch of the store at the last reconnect; `recoverLease` compares it to notice a store that lost its data. */
  private epoch: string | undefined;
  private offlineSince: number | undefined;
  /** Operations decided by this node alone since a running reconnect took its snapshot; undefined while none runs. */
  private opsSinceSnapshot: BatchOp[] | undefined;
  /** Resolves after the last job of `runExclusive`. */
  private tail: Promise<unknown> = Promise.resolve();
  private renewTimer: NodeJS.Timeout | undefined;
  private sweepTimer: NodeJS.Timeout | undefined;
  private isSweeping = false;

  constructor(
    private readonly store: MembershipStore,
    private readonly local: LocalMembers,
    /** Without a scope the changes are announced on all nodes. */
    private readonly announce: (changes: MembershipChange[], scope?: DeliveryScope) => void,
    private readonly hooks: MembershipHooks,
    private readonly timing: LeaseTiming,
    private readonly now: () => number,
  ) {
    this.leaseStability = new LeaseStability(timing, now);
  }

  get isConnected(): boolean {
    return this.state === 'connected';
  }

  /** Resolves after the first attempt to reach the store, successful or not. */
  async start(): Promise<void> {
    await this.renewOrReconnect();
    this.sweepTimer = setInterval(() => void this.sweep(), this.timing.sweepMs).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.sweepTimer);
    await this.queue.drain();
    await this.runExclusive(async () => {
      clearTimeout(this.renewTimer);
      const { isConnected } = this;
      this.state = 'stopped';
      if (isConnected) await this.runReporting('retire', () => drainAll(() => this.store.retire('all'), this.announce));
    });
  }

  submit(op: BatchOp, member?: QueuedOperation['member']): Promise<JoinResult> {
    return new Promise((resolve) => this.enqueue({ op, member, resolve }));
  }

  /** The answer of a query to the store; undefined while the store is unreachable. */
  async read<T>(query: () => Promise<T>): Promise<T | undefined> {
    if (!this.isConnected) return undefined;
    try {
      return await query();
    } catch (error) {
      this.hooks.onFailure('read', error);
      return undefined;
    }
  }

  private enqueue(operation: QueuedOperation): void {
    if (this.isConnected) this.queue.add(operation);
    else this.resolveOffline([operation]);
  }

  // Batches, renewals and reconnects never overlap: a reconnect's snapshot has to contain every resolved operation.
  private runExclusive<T>(job: () => Promise<T>): Promise<T> {
    const result = this.tail.then(job);
    this.tail = result.catch(() => undefined);
    return result;
  }

  private async sendBatch(batch: QueuedOperation[]): Promise<void> {
    if (!this.isConnected) return this.resolveOffline(batch);
    try {
      const ops = batch.map(({ op }) => op);
      const results = await this.store.apply(ops);
      batch.forEach((operation, index) =>
        this.resolveOperation(operation, results[index] ?? { outcome: 'unchanged' }, false),
      );
      this.announce(changesOf(ops, results));
    } catch (error) {
      this.queue.putBack(batch);
      if (error instanceof LeaseLostError) await this.reconnect();
      else this.goOffline(error);
    }
  }

  private async renewOrReconnect(): Promise<void> {
    await this.runExclusive(async () => {
      if (this.state === 'stopped') return;
      if (this.state === 'offline') return this.reconnect();
      try {
        if ((await this.store.renew()) === 'held') this.leaseStability.onLeaseRenewed();
        else await this.reconnect();
      } catch (error) {
        this.goOffline(error);
      }
    });
    this.scheduleRenewal(this.isConnected ? this.timing.renewMs : this.timing.retryMs);
  }

  private scheduleRenewal(delayMs: number): void {
    clearTimeout(this.renewTimer);
    if (this.state !== 'stopped') this.renewTimer = setTimeout(() => void this.renewOrReconnect(), delayMs).unref();
  }

  private goOffline(cause: unknown): void {
    this.state = 'offline';
    if (this.offlineSince === undefined) {
      this.offlineSince = this.now();
      this.hooks.onStoreLost(cause);
    }
    this.resolveOffline(this.queue.takeAll());
    this.scheduleRenewal(this.timing.retryMs);
  }

  private async reconnect(): Promise<void> {
    const { extension } = this;
    const snapshot = [...this.local.snapshotOps(), ...(extension?.snapshotOps() ?? [])];
    const pendingOps: BatchOp[] = [];
    this.opsSinceSnapshot = pendingOps;
    const announceChanges = (changes: MembershipChange[]): void => {
      // Changes that this node announced to its own clients while offline are announced on the other nodes only.
      const [unannounced, announced] = this.offlineChanges.partitionAndRemove(changes);
      this.announce(unannounced);
      this.announce(announced, 'elsewhere');
    };
    try {
      this.epoch = await recoverLease(this.store, snapshot, this.epoch, announceChanges, extension);
      do {
        while (pendingOps.length > 0) {
          const ops = pendingOps.splice(0, MAX_MEMBERSHIP_BATCH);
          announceChanges(changesOf(ops, await this.store.apply(ops)));
        }
        await this.correctFalseLeaves();
      } while (pendingOps.length > 0);
    } catch (error) {
      return this.goOffline(error);
    } finally {
      this.opsSinceSnapshot = undefined;
    }
    this.state = 'connected';
    this.leaseStability.onLeaseOpened();
    this.offlineChanges.clear();
    extension?.onStoreRestored();
    if (this.offlineSince !== undefined) this.hooks.onStoreRestored(this.now() - this.offlineSince);
    this.offlineSince = undefined;
  }

  // While offline, this node may have announced to its clients that a user left whom another node still holds: it now
  // announces to these clients that the user has entered.
  private async correctFalseLeaves(): Promise<void> {
    const leaves = this.offlineChanges.takeUnconfirmedLeaves();
    try {
      const memberships = await Promise.all(leaves.map(({ group, userId }) => this.store.areMembers(group, [userId])));
      const falseLeaves = leaves.filter((_, index) => memberships[index]?.[0]);
      this.announce(
        falseLeaves.map(({ group, userId }) => ({ group, userId, kind: 'entered' })),
        'here',
      );
    } catch (error) {
      this.offlineChanges.putBackUnconfirmed(leaves);
      throw error;
    }
  }

  private resolveOffline(operations: readonly QueuedOperation[]): void {
    const changes: MembershipChange[] = [];
    for (const operation of operations) {
      const { op } = operation;
      const change = this.state === 'stopped' ? undefined : localChangeOf(this.local, op);
      this.resolveOperation(operation, { outcome: change === 'full' ? 'full' : (change?.kind ?? 'unchanged') }, true);
      if (change === 'full') continue;
      if (change) changes.push(change);
      if (op.group === undefined) this.extension?.onDecidedOffline(op);
      this.opsSinceSnapshot?.push(withoutCapacity(op));
    }
    for (const change of changes) this.offlineChanges.record(change);
    this.announce(changes, 'here');
  }

  private resolveOperation({ member, resolve }: QueuedOperation, result: MembershipOpResult, isLocal: boolean): void {
    if (member) {
      member.pendingJoin = undefined;
      member.isHeld = result.outcome !== 'full';
      if (!member.isHeld) this.local.remove(member);
    }
    resolve({ ...result, isLocal });
  }

  private async sweep(): Promise<void> {
    if (this.isSweeping || !this.isConnected || !this.leaseStability.isStable) return;
    this.isSweeping = true;
    await this.runReporting('sweep', async () => {
      await drainAll(() => this.store.sweep(), this.announce);
      await this.extension?.afterSweep();
    });
    this.isSweeping = false;
  }

  private async runReporting(operation: string, job: () => Promise<void>): Promise<void> {
    try {
      await job();
    } catch (error) {
      this.hooks.onFailure(operation, error);
    }
  }
}

// A join decided offline has succeeded already: repeated, it must not be refused as full.
function withoutCapacity(op: BatchOp): BatchOp {
  return op.group !== undefined && op.kind === 'join' ? { kind: 'join', group: op.group, userId: op.userId } : op;
}
