/** Keeps display names distinct from names of other domains, such as characters: users are addressed by either. */
import { Injectable } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { AccountsRepository } from '../accounts.repository';

/** Whether the name, or one that looks like it, belongs to another account than this one; null means any account. */
export type NameCheck = (name: string, accountId: string | null) => Promise<boolean>;

@Injectable()
export class NameClaims {
  private readonly checks: NameCheck[] = [];

  constructor(private readonly accounts: AccountsRepository) {}

  register(check: NameCheck): void {
    this.checks.push(check);
  }

  /**
   * Claims a display name. Call it inside the transaction that assigns it: until that ends, names that look alike are locked.
   * @throws AppError NAME_TAKEN if another domain has the name for another account.
   */
  async claimDisplayName(name: string, accountId: string | null): Promise<void> {
    await this.accounts.lockName(name);
    for (const check of this.checks) if (await check(name, accountId)) throw nameTaken();
  }

  /** Claims a name of another domain. @throws AppError NAME_TAKEN if it is the display name of another account. */
  async claim(name: string, accountId: string): Promise<void> {
    await this.accounts.lockName(name);
    if (await this.accounts.hasNameLike(name, accountId)) throw nameTaken();
  }
}

const nameTaken = (): AppError => new AppError('NAME_TAKEN', 'This name is taken, or one that looks like it');
