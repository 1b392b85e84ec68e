/**
 * How many guests come into being on a node within a minute. An address has a limit of its own; here is what many addresses
 * may do together: those of one network, and all.
 */
import { Inject, Injectable } from '@nestjs/common';
import { AppError, rate } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { Clock, MemoryQuotaStore, networkKey } from '@aeturnis/realtime';

/** Of what a node allows: one network (IPv6 /48, IPv4 /24) must not use up what all others need. */
const NETWORK_SHARE = 1 / 5;
/** Networks that are remembered. */
const MAX_NETWORKS = 10_000;
const EVERYBODY = 'all';

@Injectable()
export class GuestAllowance {
  private readonly networks: MemoryQuotaStore;
  private readonly node: MemoryQuotaStore;

  constructor(
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'guestsPerMinute' | 'limitsOn'>,
    clock: Clock,
  ) {
    const now = (): number => clock.now();
    this.networks = new MemoryQuotaStore(now, MAX_NETWORKS);
    this.node = new MemoryQuotaStore(now);
  }

  /** Counts a guest, whatever becomes of it. @throws AppError RATE_LIMITED where there have been too many. */
  async take(address: string): Promise<void> {
    const { guestsPerMinute, limitsOn } = this.config;
    if (!limitsOn) return;
    const ofNetwork = Math.max(1, Math.floor(guestsPerMinute * NETWORK_SHARE));
    // What a network is refused is not taken from the others.
    mustBeAllowed(await this.networks.take(networkKey(address), rate(ofNetwork, 60)), 'this network');
    mustBeAllowed(await this.node.take(EVERYBODY, rate(guestsPerMinute, 60)), 'this node');
  }
}

function mustBeAllowed(outcome: { allowed: boolean; retryAfterMs: number }, where: string): void {
  if (outcome.allowed) return;
  throw new AppError('RATE_LIMITED', `Too many guests of ${where}; register or try again later`, {
    retryAfterMs: outcome.retryAfterMs,
  });
}
