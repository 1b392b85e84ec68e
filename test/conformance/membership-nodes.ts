/** Nodes for tests of the membership loop: real stores, with a line to them that can be cut. */
import { LEASE_TIMING } from '../../libs/realtime/src/membership/lease-timing';
import { Membership } from '../../libs/realtime/src/membership/membership';
import type {
  MembershipChange,
  MembershipOp,
  MembershipStore,
} from '../../libs/realtime/src/membership/membership-store';

/** open; cut: nothing arrives; deaf: requests arrive, answers do not; held: requests wait until it is open again. */
type Line = 'open' | 'cut' | 'deaf' | 'held';

export class TestNode {
  readonly membership: Membership;
  /** Changes told on this node, as `group user kind`. */
  readonly told: string[] = [];
  readonly changes: MembershipChange[] = [];
  /** What reached the store, per call of apply. */
  readonly applied: (readonly MembershipOp[])[] = [];
  readonly log: string[] = [];
  private line: Line = 'open';
  private waiting: (() => void)[] = [];

  constructor(
    readonly nodeId: string,
    store: MembershipStore,
    { lingerMs = 2_000, timing = LEASE_TIMING } = {},
  ) {
    const hooks = {
      away: () => this.log.push('away'),
      back: () => this.log.push('back'),
      failed: (what: string) => this.log.push(`failed ${what}`),
    };
    this.membership = new Membership(this.wired(store), { nodeId, now: () => Date.now(), hooks, lingerMs, timing });
    this.membership.onChange((changes) => {
      this.changes.push(...changes);
      this.told.push(...changes.map(({ group, userId, kind }) => `${group} ${userId} ${kind}`));
    });
  }

  set store(line: Line) {
    this.line = line;
    if (line !== 'held') for (const go of this.waiting.splice(0)) go();
  }

  /** Returns what was told since the last look. */
  heard(): string[] {
    return this.told.splice(0);
  }

  private wired(store: MembershipStore): MembershipStore {
    return new Proxy(store, {
      get: (target, property) => {
        const method: unknown = Reflect.get(target, property, target);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          if (this.line === 'held') await new Promise<void>((go) => this.waiting.push(go));
          if (this.line === 'cut') throw new Error('cut off');
          if (property === 'apply') this.applied.push(args[0] as MembershipOp[]);
          const answer: unknown = await method.apply(target, args);
          if ((this.line as Line) === 'deaf') throw new Error('no answer');
          return answer;
        };
      },
    });
  }
}
