/**
 * The addresses from which an account has logged in before. They have password attempts of their own, which an attacker at
 * another address cannot use up. Stored as keyed hashes, a few per account, and for a limited time.
 */
import { createHmac, type KeyObject } from 'node:crypto';
import type { Clock } from '@aeturnis/realtime';
import type { KnownAddressesRepository } from './known-addresses.repository';

const MAX_PER_ACCOUNT = 10;
const LIFETIME_MS = 90 * 86_400_000;
const PURPOSE = 'known addresses';

export class KnownAddresses {
  private readonly key: Buffer;

  /** After a change of the secret no address is known any more: their owners then share the attempts of unknown addresses. */
  constructor(
    private readonly repository: KnownAddressesRepository,
    private readonly clock: Clock,
    secret: KeyObject,
  ) {
    this.key = createHmac('sha256', secret).update(PURPOSE).digest();
  }

  has(accountId: string, address: string): Promise<boolean> {
    return this.repository.has(accountId, this.hash(accountId, address), this.expiryThreshold());
  }

  /** Call it after a login with the correct password, or after registration. */
  remember(accountId: string, address: string): Promise<void> {
    const now = new Date(this.clock.now());
    return this.repository.remember(accountId, this.hash(accountId, address), now, MAX_PER_ACCOUNT);
  }

  removeAll(accountId: string): Promise<void> {
    return this.repository.removeAll(accountId);
  }

  /** The stored data for its owner: only the times, since addresses are hashed. */
  async export(accountId: string): Promise<{ lastUsedAt: string }[]> {
    return (await this.repository.lastUses(accountId)).map((at) => ({ lastUsedAt: at.toISOString() }));
  }

  /** @returns how many were removed, at most `limit`. */
  removeExpired(limit: number): Promise<number> {
    return this.repository.removeUnused(this.expiryThreshold(), limit);
  }

  private expiryThreshold(): Date {
    return new Date(this.clock.now() - LIFETIME_MS);
  }

  private hash(accountId: string, address: string): string {
    return createHmac('sha256', this.key).update(`${accountId} ${address}`).digest('base64url');
  }
}
