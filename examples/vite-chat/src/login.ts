/** The login of a guest. It is stored, so that the page knows its user without a network. */
interface Login {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly userId: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** The client asks for a new token a minute before the old one expires. */
const LEAD_MS = 90_000;

export class GuestLogin {
  private current = JSON.parse(localStorage.getItem('login') ?? 'null') as Login | null;
  private renewing: Promise<Login> | undefined;

  constructor(private readonly server: string) {}

  get userId(): string | undefined {
    return this.current?.userId;
  }

  async freshToken(): Promise<string> {
    if (this.current && Date.now() < this.current.expiresAt - LEAD_MS) return this.current.accessToken;
    // One at a time: a refresh token is valid once.
    this.renewing ??= this.renew().finally(() => (this.renewing = undefined));
    return (await this.renewing).accessToken;
  }

  private async renew(): Promise<Login> {
    const [path, body] = this.current
      ? ['/api/auth/refresh', { refreshToken: this.current.refreshToken }]
      : ['/api/auth/guest', {}];
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(this.server + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    const { accessToken, refreshToken, expiresIn, user } = await response.json();
    this.current = { accessToken, refreshToken, userId: user.id, expiresAt: Date.now() + expiresIn * 1_000 };
    localStorage.setItem('login', JSON.stringify(this.current));
    return this.current;
  }
}
