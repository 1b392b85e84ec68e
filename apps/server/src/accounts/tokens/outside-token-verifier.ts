/** Verifies tokens of an outside issuer, and creates an account for each new subject. */
import { AppError, type Principal } from '@aeturnis/contracts';
import type { AppConfig } from '@aeturnis/platform';
import { type Clock, type PrincipalStatus, TokenVerifier } from '@aeturnis/realtime';
import { type AccountState, assertActive, principalOf } from '../account';
import { displayNameFrom, loginKey, generateDisplayName, loginFrom, randomLoginSuffix } from '../account-name';
import type { AccountsRepository } from '../accounts.repository';
import type { AccountStates } from './account-states';
import type { OutsideClaims, OutsideTokens } from './outside-tokens';

const MAX_KNOWN = 10_000;
const NAME_ATTEMPTS = 8;

export class OutsideTokenVerifier extends TokenVerifier {
  /** Account ids by subject, the oldest entry first; the id is constant while the account exists. */
  private readonly accountIds = new Map<string, string>();

  constructor(
    private readonly config: AppConfig,
    private readonly tokens: OutsideTokens,
    private readonly states: AccountStates,
    private readonly accounts: AccountsRepository,
    private readonly clock: Clock,
  ) {
    super();
  }

  override get isReady(): boolean {
    return this.states.isReady;
  }

  override async verify(token: string): Promise<Principal> {
    const claims = await this.tokens.verify(token);
    const account = (await this.findKnownAccount(claims.subject)) ?? (await this.findOrCreateAccount(claims));
    assertActive(account, this.clock.now());
    return principalOf(account, { sessionId: '', expiresAt: claims.expiresAt });
  }

  override currentStatuses(principals: readonly Principal[]): Promise<PrincipalStatus[]> {
    return this.states.recheck(principals);
  }

  private async findKnownAccount(subject: string): Promise<AccountState | null> {
    const userId = this.accountIds.get(subject);
    if (userId === undefined) return null;
    const account = await this.states.stateOf(userId, '');
    if (!account) this.accountIds.delete(subject);
    return account;
  }

  /** Issuer and subject are unique, so nodes that see a subject first at the same time end with the same account. */
  private async findOrCreateAccount({ subject, name, displayName }: OutsideClaims): Promise<AccountState> {
    for (let attempt = 0; attempt < NAME_ATTEMPTS; attempt++) {
      const account =
        (await this.accounts.findBySubject(this.config.jwtIssuer, subject)) ??
        (await this.accounts.insert({
          login: this.loginOf(name, attempt),
          displayName: (attempt === 0 ? displayNameFrom(displayName) : null) ?? generateDisplayName('Player'),
          roles: ['player'],
          issuer: this.config.jwtIssuer,
          subject,
        }));
      if (account) return this.rememberAccount(subject, account);
    }
    throw new AppError('UNAVAILABLE', 'No free name was found for the account; try again');
  }

  /** Names of administrators always get a suffix: a user can choose the name at the issuer. */
  private loginOf(issuerName: string | undefined, attempt: number): string {
    const name = loginFrom(issuerName);
    const isAllowed = attempt === 0 && !this.config.adminUsers.some((admin) => loginKey(admin) === loginKey(name));
    return isAllowed ? name : loginFrom(issuerName, randomLoginSuffix());
  }

  private rememberAccount(subject: string, account: AccountState): AccountState {
    this.accountIds.set(subject, account.id);
    const [oldest] = this.accountIds.keys();
    if (this.accountIds.size > MAX_KNOWN && oldest !== undefined) this.accountIds.delete(oldest);
    return account;
  }
}
