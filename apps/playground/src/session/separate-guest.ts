/** A guest beside the session of this browser, whose cookies stay as they are. */
import { AccessToken } from './access-token';
import { type AccountSession, postWithoutCookies } from './account-api';

interface SeparateSession extends AccountSession {
  readonly refreshToken: string;
}

export class SeparateGuest {
  private token: AccessToken;
  private refreshing: Promise<void> | undefined;

  private constructor(private session: SeparateSession) {
    this.token = new AccessToken(session.accessToken, session.expiresIn);
  }

  /** @throws RequestError */
  static async create(name: string): Promise<SeparateGuest> {
    return new SeparateGuest(await postWithoutCookies('/api/auth/guest', { name }));
  }

  get userId(): string {
    return this.session.user.id;
  }

  /** @throws RequestError */
  async freshToken(): Promise<string> {
    if (this.token.endsSoon) await (this.refreshing ??= this.refresh().finally(() => (this.refreshing = undefined)));
    return this.token.text;
  }

  private async refresh(): Promise<void> {
    const { refreshToken } = this.session;
    this.session = await postWithoutCookies('/api/auth/refresh', { refreshToken });
    this.token = new AccessToken(this.session.accessToken, this.session.expiresIn);
  }
}
