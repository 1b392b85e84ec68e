/**
 * Limits how many guests are created on a node per minute: by the addresses of one network together, and by all addresses.
 * The limit per address is on the route.
 */
import { Inject, Injectable } from '@nestjs/common';
import { rate } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { assertAllowed, Clock, MemoryQuotaStore, networkKey } from '@aeturnis/realtime';

/** Share of the node's limit that one network (IPv6 /48, IPv4 /24) may use. */
const NETWORK_SHARE = 1 / 5;
/** The number of networks whose use is remembered. */
const MAX_NETWORKS = 10_000;
const NODE_KEY = 'all';

@Injectable()
export class GuestRateLimiter {
  private readonly networks: MemoryQuotaStore;
  private readonly node: MemoryQuotaStore;

  constructor(
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'guestsPerMinute' | 'hasLimits'>,
    clock: Clock,
  ) {
    const now = (): number => clock.now();
    this.networks = new MemoryQuotaStore(now, MAX_NETWORKS);
    this.node = new MemoryQuotaStore(now);
  }

  /** Counts the creation of a guest, even if it fails later. @throws AppError RATE_LIMITED. */
  async take(address: string): Promise<void> {
    const { guestsPerMinute, hasLimits } = this.config;
    if (!hasLimits) return;
    const ofNetwork = Math.max(1, Math.floor(guestsPerMinute * NETWORK_SHARE));
    // Network before node: a request that the network limit refuses does not use up the limit of the node.
    assertAllowed(await this.networks.take(networkKey(address), rate(ofNetwork, 60)), refusal('this network'));
    assertAllowed(await this.node.take(NODE_KEY, rate(guestsPerMinute, 60)), refusal('this node'));
  }
}

const refusal = (scope: string): string => `Too many guests of ${scope}; register or try again later`;
