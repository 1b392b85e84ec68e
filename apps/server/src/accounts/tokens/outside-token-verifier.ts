/** Proves tokens of an outside issuer, and makes an account for somebody seen for the first time. */
import { AppError, type Principal } from '@aeturnis/contracts';
import type { AppConfig } from '@aeturnis/platform';
import { type Clock, type Standing, TokenVerifier } from '@aeturnis/realtime';
import { type AccountState, assertActive, principalOf } from '../account';
import { displayNameFrom, loginKey, madeUpName, nameFrom, nameSuffix } from '../account-name';
import type { AccountsRepository } from '../accounts.repository';
import type { AccountStates } from './account-states';
import type { OutsideClaims, OutsideTokens } from './outside-tokens';

const MAX_KNOWN = 10_000;
const NAME_ATTEMPTS = 8;

export class OutsideTokenVerifier extends TokenVerifier {
  /** Which account a subject has, oldest first; that never changes while the account lives. */
  private readonly known = new Map<string, string>();

  constructor(
    private readonly config: AppConfig,
    private readonly tokens: OutsideTokens,
    private readonly states: AccountStates,
    private readonly accounts: AccountsRepository,
    private readonly clock: Clock,
  ) {
    super();
  }

  override get ready(): boolean {
    return this.states.ready;
  }

  override async verify(token: string): Promise<Principal> {
    const claims = await this.tokens.verify(token);
    const account = (await this.knownAccount(claims.subject)) ?? (await this.firstSight(claims));
    assertActive(account, this.clock.now());
    return principalOf(account, { sessionId: '', expiresAt: claims.expiresAt });
  }

  override standing(principals: readonly Principal[]): Promise<Standing[]> {
    return this.states.standing(principals);
  }

  private async knownAccount(subject: string): Promise<AccountState | null> {
    const userId = this.known.get(subject);
    if (userId === undefined) return null;
    const account = await this.states.of(userId, '');
    if (!account) this.known.delete(subject);
    return account;
  }

  /** Several nodes may see somebody first at once: the issuer and the subject are unique, and all end with the same account. */
  private async firstSight({ subject, name, displayName }: OutsideClaims): Promise<AccountState> {
    for (let attempt = 0; attempt < NAME_ATTEMPTS; attempt++) {
      const account =
        (await this.accounts.findBySubject(this.config.jwtIssuer, subject)) ??
        (await this.accounts.insert({
          login: this.loginOf(name, attempt),
          displayName: (attempt === 0 ? displayNameFrom(displayName) : null) ?? madeUpName('Player'),
          roles: ['player'],
          issuer: this.config.jwtIssuer,
          subject,
        }));
      if (account) return this.remember(subject, account);
    }
    throw new AppError('UNAVAILABLE', 'No name could be found for the account');
  }

  /** Whoever can choose a name at the issuer must not get an administrator's. */
  private loginOf(outside: string | undefined, attempt: number): string {
    const name = nameFrom(outside);
    const free = attempt === 0 && !this.config.adminUsers.some((admin) => loginKey(admin) === loginKey(name));
    return free ? name : nameFrom(outside, nameSuffix());
  }

  private remember(subject: string, account: AccountState): AccountState {
    this.known.set(subject, account.id);
    const [oldest] = this.known.keys();
    if (this.known.size > MAX_KNOWN && oldest !== undefined) this.known.delete(oldest);
    return account;
  }
}
