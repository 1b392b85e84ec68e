/** What users may see of their own account, take away with them, and delete. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type AccountSettingsDto, AppError, canonicalName, type Principal, type WhoMayAdd } from '@aeturnis/contracts';
import { Database, isUniqueViolation } from '@aeturnis/platform';
import { SystemSync } from '@aeturnis/realtime';
import type { Account } from '../account';
import { AccountData } from '../account-data';
import { givesAway, isReserved, sameAsLogin } from '../account-name';
import { Administrators } from '../administrators/administrators';
import { NameClaims } from '../name-claims';
import { LiveSessions } from '../sessions/live-sessions';
import { KnownAddresses } from '../addresses/known-addresses';
import { AccountsRepository } from '../accounts.repository';
import { PasswordAttempts } from '../auth/password-attempts';
import { Passwords } from '../auth/passwords';

export interface Profile {
  id: string;
  /** What others see. */
  displayName: string;
  /** What its holder logs in with; absent for guests and where an outside issuer proves who somebody is. */
  login?: string;
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
    private readonly administrators: Administrators,
    private readonly live: LiveSessions,
    private readonly database: Database,
    private readonly names: NameClaims,
  ) {}

  onModuleInit(): void {
    this.sync.register('profile', ({ principal }) => this.profile(principal));
    this.data.onExport('account', (userId) => this.record(userId));
    this.data.onExport('knownAddresses', (userId) => this.addresses.export(userId));
  }

  async profile(principal: Principal): Promise<Profile> {
    return profileOf(await this.account(principal.userId));
  }

  /** @throws AppError NOT_FOUND, NAME_TAKEN, VALIDATION for a display name that is reserved or gives the login away. */
  async change({ userId }: Principal, { whoMayAdd, displayName }: AccountSettingsDto): Promise<Profile> {
    const before = await this.account(userId);
    if (displayName != null) await this.requireFit(displayName, before);
    const change = {
      ...(whoMayAdd == null ? {} : { whoMayAdd }),
      ...(displayName == null ? {} : { displayName: canonicalName(displayName) }),
    };
    if (Object.keys(change).length === 0) return profileOf(before);
    const changed = this.database.transaction(async () => {
      if (change.displayName !== undefined) await this.names.claimDisplayName(change.displayName, userId);
      return this.accounts.change(userId, change);
    });
    const account = await changed.catch((error: unknown) => {
      if (!isUniqueViolation(error)) throw error;
      throw new AppError('NAME_TAKEN', 'This display name is taken, or one that looks like it', { cause: error });
    });
    if (!account) throw new AppError('NOT_FOUND', 'There is no such account');
    if (account.displayName !== before.displayName) this.live.nameChanged(userId, account.displayName);
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

  private async requireFit(displayName: string, { login, roles }: Account): Promise<void> {
    if (givesAway(displayName, login)) throw sameAsLogin('displayName');
    if (roles.includes('admin')) return;
    if (!isReserved(displayName) && !(await this.administrators.isReserved(displayName))) return;
    throw new AppError('VALIDATION', `The name ${displayName} is reserved`, {
      details: [{ field: 'displayName', problems: ['is reserved'] }],
    });
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

function profileOf({
  id,
  displayName,
  login,
  passwordHash,
  roles,
  isGuest,
  whoMayAdd,
  email,
  createdAt,
}: Account): Profile {
  return {
    id,
    displayName,
    ...(passwordHash === null ? {} : { login }),
    roles,
    isGuest,
    whoMayAdd,
    ...(email === null ? {} : { email }),
    createdAt: createdAt.toISOString(),
  };
}
