/**
 * From where an account has logged in before. Whoever guesses passwords elsewhere does not use up the attempts of these
 * addresses. They are kept as keyed hashes, a few for each account, and for a limited time.
 */
import { createHmac, type KeyObject } from 'node:crypto';
import type { Clock } from '@aeturnis/realtime';
import type { KnownAddressesRepository } from './known-addresses.repository';

const MAX_PER_ACCOUNT = 10;
const LIFETIME_MS = 90 * 86_400_000;
const PURPOSE = 'known addresses';

export class KnownAddresses {
  private readonly key: Buffer;

  /** Under another secret no address is known any more; that costs their owners nothing but the advantage. */
  constructor(
    private readonly repository: KnownAddressesRepository,
    private readonly clock: Clock,
    secret: KeyObject,
  ) {
    this.key = createHmac('sha256', secret).update(PURPOSE).digest();
  }

  has(accountId: string, address: string): Promise<boolean> {
    return this.repository.has(accountId, this.hash(accountId, address), this.oldest());
  }

  /** Call it where the account has proved itself: with its password, or by being made. */
  remember(accountId: string, address: string): Promise<void> {
    const now = new Date(this.clock.now());
    return this.repository.remember(accountId, this.hash(accountId, address), now, MAX_PER_ACCOUNT);
  }

  forgetAll(accountId: string): Promise<void> {
    return this.repository.removeAll(accountId);
  }

  /** What is kept, for its owner: times alone, as nothing else can be read. */
  async export(accountId: string): Promise<{ lastUsedAt: string }[]> {
    return (await this.repository.uses(accountId)).map((at) => ({ lastUsedAt: at.toISOString() }));
  }

  /** @returns how many were removed, at most `limit`. */
  removeExpired(limit: number): Promise<number> {
    return this.repository.removeUnused(this.oldest(), limit);
  }

  private oldest(): Date {
    return new Date(this.clock.now() - LIFETIME_MS);
  }

  private hash(accountId: string, address: string): string {
    return createHmac('sha256', this.key).update(`${accountId} ${address}`).digest('base64url');
  }
}
