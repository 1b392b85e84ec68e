/** How accounts of this server come to be: by registering, by playing as a guest, and by a guest who registers. */
import { Injectable } from '@nestjs/common';
import { AppError, canonicalName, type Principal } from '@aeturnis/contracts';
import { Database, isUniqueViolation } from '@aeturnis/platform';
import { TokenVerifier } from '@aeturnis/realtime';
import type { OfferedToken } from '../../http';
import { givesAway, isReserved, madeUpName, sameAsLogin, unusedLogin } from '../account-name';
import { AccountsRepository, type NewAccount, type Registration } from '../accounts.repository';
import { KnownAddresses } from '../addresses/known-addresses';
import { type AdminClaim, Administrators } from '../administrators/administrators';
import { NameClaims } from '../name-claims';
import { LiveSessions } from '../sessions/live-sessions';
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
    private readonly live: LiveSessions,
    private readonly verifier: TokenVerifier,
    private readonly addresses: KnownAddresses,
    private readonly names: NameClaims,
  ) {}

  /**
   * A new account. With the token of a guest it is the guest's, who keeps id, display name, session and everything else; its
   * connections go on, and other sessions and refresh tokens end.
   * An administrator's name needs the one-time token that the server printed for it.
   * @throws AppError NAME_TAKEN, CONFLICT (the bearer token is of no guest), VALIDATION (a reserved name,
   * a display name that gives the login away, a wrong `adminToken`).
   */
  async register(
    { username, password, email, displayName, adminToken }: RegisterDto,
    offered: OfferedToken | null,
    address: string,
  ): Promise<SessionAnswer> {
    const guest = await this.guestBehind(offered);
    if (isReserved(username) && !this.administrators.has(username)) throw reserved('username', username);
    if (displayName != null) await this.refuseReserved('displayName', displayName);
    const shown = displayName ?? guest?.name;
    if (shown !== undefined && givesAway(shown, username))
      throw sameAsLogin(displayName == null ? 'username' : 'displayName');
    await this.refuseTaken(username, displayName, guest?.userId);
    const claim = await this.administrators.claimOf(username, adminToken ?? undefined);
    const registration = {
      login: username,
      roles: claim ? ['player', 'admin'] : ['player'],
      email: email?.toLowerCase(),
      passwordHash: await this.passwords.hash(password, { address, known: false }),
      ...(displayName == null ? {} : { displayName: canonicalName(displayName) }),
    };
    const session = await (guest ? this.upgrade(guest, registration, claim) : this.create(registration, claim));
    if (session) {
      await this.addresses.remember(session.user.id, address);
      return session;
    }
    await this.refuseTaken(username, displayName, guest?.userId);
    throw new AppError('CONFLICT', 'This guest has registered already');
  }

  /** An account without a password, which lives in its refresh token. @throws AppError NAME_TAKEN, VALIDATION (a reserved name). */
  async playAsGuest({ name }: GuestDto): Promise<SessionAnswer> {
    // A guest proves nothing: it gets no administrator's name either.
    if (name != null) await this.refuseReserved('name', name);
    const account = { login: unusedLogin(), roles: ['guest'], isGuest: true };
    const session = await this.insert('Guest', { ...account, displayName: name }, null);
    if (session) return session;
    throw new AppError('NAME_TAKEN', 'This name is taken, or one that looks like it');
  }

  private create(registration: Registration, claim: AdminClaim | null): Promise<SessionAnswer | null> {
    return this.insert('Player', registration, claim);
  }

  /** Makes up display names until one is free where none is given. Null where the account cannot be made as it is given. */
  private async insert(
    kind: 'Guest' | 'Player',
    { displayName: given, ...account }: Omit<NewAccount, 'displayName'> & { displayName?: string | null | undefined },
    claim: AdminClaim | null,
  ): Promise<SessionAnswer | null> {
    for (let attempt = 0; attempt < (given == null ? NAME_ATTEMPTS : 1); attempt++) {
      const displayName = given == null ? madeUpName(kind) : canonicalName(given);
      const session = await this.database.transaction(async () => {
        if (given != null) await this.names.claimDisplayName(displayName, null);
        const made = await this.accounts.insert({ ...account, displayName });
        if (made && claim) await this.administrators.use(claim);
        return made && this.sessions.begin(made);
      });
      if (session) return session;
    }
    return null;
  }

  private async upgrade(
    { userId, sessionId }: Principal,
    registration: Registration,
    claim: AdminClaim | null,
  ): Promise<SessionAnswer | null> {
    try {
      return await this.database.transaction(async () => {
        const { displayName } = registration;
        if (displayName !== undefined) await this.names.claimDisplayName(displayName, userId);
        const account = await this.accounts.upgradeGuest(userId, registration);
        if (!account) return null;
        if (claim) await this.administrators.use(claim);
        this.database.afterCommit(() => {
          this.live.rolesChanged(userId, account.roles);
          this.live.nameChanged(userId, account.displayName);
        });
        return this.sessions.takeOver(account, sessionId);
      });
    } catch (error) {
      if (isUniqueViolation(error)) return null;
      throw error;
    }
  }

  // A bearer token is a statement and has to hold. A cookie is sent along by itself: one that proves no guest means nothing.
  private async guestBehind(offered: OfferedToken | null): Promise<Principal | null> {
    if (!offered) return null;
    try {
      const principal = await this.verifier.verify(offered.token);
      if (principal.roles.includes('guest')) return principal;
      throw new AppError('CONFLICT', 'The token belongs to a registered account: log out first');
    } catch (error) {
      if (offered.source === 'cookie' && error instanceof AppError && !error.traits.retryable) return null;
      throw error;
    }
  }

  private async refuseTaken(
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

  private async refuseReserved(field: string, name: string): Promise<void> {
    if (isReserved(name) || (await this.administrators.isReserved(name))) throw reserved(field, name);
  }
}

function reserved(field: string, name: string): AppError {
  return new AppError('VALIDATION', `The name ${name} is reserved`, {
    details: [{ field, problems: ['is reserved'] }],
  });
}
