/** Creates accounts of this server: registered ones and guests. */
import { Injectable } from '@nestjs/common';
import { AppError, canonicalName } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import type { RequestToken } from '../../http';
import {
  revealsLogin,
  isReservedName,
  generateDisplayName,
  reservedNameError,
  sameAsLoginError,
  generateGuestLogin,
} from '../account-name';
import { AccountsRepository, type NewAccount } from '../accounts.repository';
import { KnownAddresses } from '../addresses/known-addresses';
import { type AdminClaim, Administrators } from '../administrators/administrators';
import { NameClaims } from '../display-names/name-claims';
import { GuestUpgrade } from '../guests/guest-upgrade';
import { type SessionAnswer, Sessions } from '../sessions/sessions.service';
import type { GuestDto, RegisterDto } from './auth.dto';
import { Passwords } from './passwords';

const NAME_ATTEMPTS = 5;

@Injectable()
export class RegistrationService {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsRepository,
    private readonly administrators: Administrators,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly addresses: KnownAddresses,
    private readonly nameClaims: NameClaims,
    private readonly guestUpgrade: GuestUpgrade,
  ) {}

  /**
   * Registers an account. With the token of a guest, the guest is upgraded: it keeps its id, display name, session and data;
   * its connections stay open, and its other sessions and refresh tokens end.
   * An administrator's name requires the one-time token that the server printed for it.
   * @throws AppError NAME_TAKEN, CONFLICT (the bearer token does not belong to a guest), VALIDATION (a reserved name,
   * a display name that reveals the login, a wrong `adminToken`).
   */
  async register(
    { username, password, email, displayName, adminToken }: RegisterDto,
    offered: RequestToken | null,
    address: string,
  ): Promise<SessionAnswer> {
    const guest = await this.guestUpgrade.findGuest(offered);
    if (isReservedName(username) && !this.administrators.isListed(username))
      throw reservedNameError('username', username);
    if (displayName != null) await this.administrators.assertNotReserved('displayName', displayName);
    const effectiveName = displayName ?? guest?.name;
    if (effectiveName !== undefined && revealsLogin(effectiveName, username))
      throw sameAsLoginError(displayName == null ? 'username' : 'displayName');
    await this.assertNamesFree(username, displayName, guest?.userId);
    const claim = await this.administrators.verifyClaim(username, adminToken ?? undefined);
    const registration = {
      login: username,
      roles: claim ? ['player', 'admin'] : ['player'],
      email: email?.toLowerCase(),
      passwordHash: await this.passwords.hash(password, { address, isKnownAddress: false }),
      ...(displayName == null ? {} : { displayName: canonicalName(displayName) }),
    };
    const session = await (guest
      ? this.guestUpgrade.upgrade(guest, registration, claim)
      : this.insert('Player', registration, claim));
    if (session) {
      await this.addresses.remember(session.user.id, address);
      return session;
    }
    await this.assertNamesFree(username, displayName, guest?.userId);
    throw new AppError('CONFLICT', 'This guest is already registered; log in instead');
  }

  /** Creates an account without a password; its refresh token is its only credential. @throws AppError NAME_TAKEN, VALIDATION (a reserved name). */
  async playAsGuest({ name }: GuestDto): Promise<SessionAnswer> {
    // Administrators' names are refused too: a guest has no one-time token.
    if (name != null) await this.administrators.assertNotReserved('name', name);
    const account = { login: generateGuestLogin(), roles: ['guest'], isGuest: true };
    const session = await this.insert('Guest', { ...account, displayName: name }, null);
    if (session) return session;
    throw new AppError('NAME_TAKEN', 'This name is taken, or one that looks like it');
  }

  /** Without a display name, generates some until one is free. Null if a given name is taken. */
  private async insert(
    kind: 'Guest' | 'Player',
    { displayName: given, ...details }: Omit<NewAccount, 'displayName'> & { displayName?: string | null | undefined },
    claim: AdminClaim | null,
  ): Promise<SessionAnswer | null> {
    for (let attempt = 0; attempt < (given == null ? NAME_ATTEMPTS : 1); attempt++) {
      const displayName = given == null ? generateDisplayName(kind) : canonicalName(given);
      const session = await this.database.transaction(async () => {
        if (given != null) await this.nameClaims.claimDisplayName(displayName, null);
        const account = await this.accounts.insert({ ...details, displayName });
        if (account && claim) await this.administrators.redeem(claim);
        return account && this.sessions.begin(account);
      });
      if (session) return session;
    }
    return null;
  }

  private async assertNamesFree(
    login: string,
    displayName: string | null | undefined,
    ownId: string | undefined,
  ): Promise<void> {
    const other = await this.accounts.findByLogin(login);
    if (other && other.id !== ownId) throw new AppError('NAME_TAKEN', 'This username is taken');
    if (displayName != null && (await this.accounts.hasNameLike(displayName, ownId))) {
      throw new AppError('NAME_TAKEN', 'This display name is taken, or one that looks like it');
    }
  }
}
