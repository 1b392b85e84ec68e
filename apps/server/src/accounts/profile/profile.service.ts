/** The profile of the user's own account, and its settings. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  type AccountSettingsDto,
  AppError,
  canonicalName,
  type OwnProfile,
  type Principal,
  type Timestamp,
} from '@aeturnis/contracts';
import { Database, isUniqueViolation } from '@aeturnis/platform';
import { SystemSync } from '@aeturnis/realtime';
import type { Account } from '../account';
import { revealsLogin, sameAsLoginError } from '../account-name';
import { Administrators } from '../administrators/administrators';
import { NameClaims } from '../display-names/name-claims';
import { LiveSessions } from '../sessions/live-sessions';
import { AccountsRepository } from '../accounts.repository';

/** The stored account in the export for its owner. */
export interface ExportedProfile extends OwnProfile {
  lastSeenAt: Timestamp;
}

@Injectable()
export class ProfileService implements OnModuleInit {
  constructor(
    private readonly accounts: AccountsRepository,
    private readonly sync: SystemSync,
    private readonly administrators: Administrators,
    private readonly liveSessions: LiveSessions,
    private readonly database: Database,
    private readonly nameClaims: NameClaims,
  ) {}

  onModuleInit(): void {
    this.sync.register('profile', ({ principal }) => this.profile(principal));
  }

  async profile(principal: Principal): Promise<OwnProfile> {
    return profileOf(await this.account(principal.userId));
  }

  /** @throws AppError NOT_FOUND, NAME_TAKEN, VALIDATION for a display name that is reserved or reveals the login. */
  async change({ userId }: Principal, { whoMayAdd, displayName }: AccountSettingsDto): Promise<OwnProfile> {
    const before = await this.account(userId);
    if (displayName != null) await this.assertDisplayNameAllowed(displayName, before);
    const change = {
      ...(whoMayAdd == null ? {} : { whoMayAdd }),
      ...(displayName == null ? {} : { displayName: canonicalName(displayName) }),
    };
    if (Object.keys(change).length === 0) return profileOf(before);
    const changed = this.database.transaction(async () => {
      if (change.displayName !== undefined) await this.nameClaims.claimDisplayName(change.displayName, userId);
      return this.accounts.update(userId, change);
    });
    const account = await changed.catch((error: unknown) => {
      if (!isUniqueViolation(error)) throw error;
      throw new AppError('NAME_TAKEN', 'This display name is taken, or one that looks like it', { cause: error });
    });
    if (!account) throw new AppError('NOT_FOUND', 'There is no such account');
    if (account.displayName !== before.displayName) this.liveSessions.updateName(userId, account.displayName);
    return profileOf(account);
  }

  private async assertDisplayNameAllowed(displayName: string, { login, roles }: Account): Promise<void> {
    if (revealsLogin(displayName, login)) throw sameAsLoginError('displayName');
    if (!roles.includes('admin')) await this.administrators.assertNotReserved('displayName', displayName);
  }

  /** The stored account for its owner. */
  async exportRecord(userId: string): Promise<ExportedProfile> {
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
}: Account): OwnProfile {
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
