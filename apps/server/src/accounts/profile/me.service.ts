/** What users may see of their own account, take away with them, and delete. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type AccountSettingsDto, AppError, type Principal, type WhoMayAdd } from '@aeturnis/contracts';
import { SystemSync } from '@aeturnis/realtime';
import type { Account } from '../account';
import { AccountData } from '../account-data';
import { KnownAddresses } from '../addresses/known-addresses';
import { AccountsRepository } from '../accounts.repository';
import { PasswordAttempts } from '../auth/password-attempts';
import { Passwords } from '../auth/passwords';

export interface Profile {
  id: string;
  name: string;
  roles: readonly string[];
  isGuest: boolean;
  /** Who may bring the user into groups. */
  whoMayAdd: WhoMayAdd;
  /** Absent where none was given. */
  email?: string;
  createdAt: string;
}

@Injectable()
export class MeService implements OnModuleInit {
  constructor(
    private readonly accounts: AccountsRepository,
    private readonly data: AccountData,
    private readonly passwords: Passwords,
    private readonly sync: SystemSync,
    private readonly addresses: KnownAddresses,
    private readonly attempts: PasswordAttempts,
  ) {}

  onModuleInit(): void {
    this.sync.register('profile', ({ principal }) => this.profile(principal));
    this.data.onExport('account', (userId) => this.record(userId));
    this.data.onExport('knownAddresses', (userId) => this.addresses.export(userId));
  }

  async profile(principal: Principal): Promise<Profile> {
    return profileOf(await this.account(principal.userId));
  }

  /** @throws AppError NOT_FOUND. */
  async change(principal: Principal, { whoMayAdd }: AccountSettingsDto): Promise<Profile> {
    const account = await this.accounts.change(principal.userId, { whoMayAdd });
    if (!account) throw new AppError('NOT_FOUND', 'There is no such account');
    return profileOf(account);
  }

  /** Deletes the account for good. @throws AppError BAD_CREDENTIALS where it has a password, and this is not it; RATE_LIMITED. */
  async delete({ userId }: Principal, password: string | null | undefined, address: string): Promise<void> {
    const { passwordHash } = await this.account(userId);
    if (passwordHash !== null) {
      const known = await this.addresses.has(userId, address);
      await this.attempts.admit({ purpose: 'password', subject: userId, address, known });
      if (!(await this.passwords.matches(password ?? '', passwordHash, { address, known }))) {
        throw new AppError('BAD_CREDENTIALS', 'The password is wrong');
      }
    }
    await this.data.erase(userId);
  }

  private async record(userId: string): Promise<Profile & { lastSeenAt: string }> {
    const account = await this.account(userId);
    return { ...profileOf(account), lastSeenAt: account.lastSeenAt.toISOString() };
  }

  private async account(userId: string): Promise<Account> {
    const account = await this.accounts.find(userId);
    if (!account) throw new AppError('NOT_FOUND', 'There is no such account');
    return account;
  }
}

function profileOf({ id, name, roles, isGuest, whoMayAdd, email, createdAt }: Account): Profile {
  return {
    id,
    name,
    roles,
    isGuest,
    whoMayAdd,
    ...(email === null ? {} : { email }),
    createdAt: createdAt.toISOString(),
  };
}
