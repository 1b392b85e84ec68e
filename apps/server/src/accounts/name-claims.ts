/** Keeps display names apart from names that other domains give, such as those of characters: both are addressed by name. */
import { Injectable } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { AccountsRepository } from './accounts.repository';

/** Whether this name, or one that looks like it, belongs to somebody other than this account; null asks for anybody. */
export type NameCheck = (name: string, accountId: string | null) => Promise<boolean>;

@Injectable()
export class NameClaims {
  private readonly checks: NameCheck[] = [];

  constructor(private readonly accounts: AccountsRepository) {}

  register(check: NameCheck): void {
    this.checks.push(check);
  }

  /**
   * For a display name. Inside the transaction that gives it: until that ends, nobody else gets a name that looks like it.
   * @throws AppError NAME_TAKEN where it is a name of somebody else in another domain.
   */
  async claimDisplayName(name: string, accountId: string | null): Promise<void> {
    await this.accounts.lockName(name);
    for (const check of this.checks) if (await check(name, accountId)) throw nameTaken();
  }

  /** The same for a name that another domain gives. @throws AppError NAME_TAKEN where it is the display name of another account. */
  async claim(name: string, accountId: string): Promise<void> {
    await this.accounts.lockName(name);
    if (await this.accounts.hasNameLike(name, accountId)) throw nameTaken();
  }
}

const nameTaken = (): AppError => new AppError('NAME_TAKEN', 'This name is taken, or one that looks like it');
