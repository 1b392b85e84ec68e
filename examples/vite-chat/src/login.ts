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
const isFresh = (login: Login): boolean => Date.now() < login.expiresAt - LEAD_MS;
const readStored = (): Login | null => JSON.parse(localStorage.getItem('login') ?? 'null') as Login | null;

export class GuestLogin {
  private current = readStored();
  private renewing: Promise<Login> | undefined;

  constructor(private readonly server: string) {}

  get userId(): string | undefined {
    return this.current?.userId;
  }

  async freshToken(): Promise<string> {
    if (this.current && isFresh(this.current)) return this.current.accessToken;
    // One at a time: a refresh token is valid once.
    this.renewing ??= this.renewAlone().finally(() => (this.renewing = undefined));
    return (await this.renewing).accessToken;
  }

  /** Also one tab at a time, where the browser has locks: only secure origins and localhost do. */
  private async renewAlone(): Promise<Login> {
    const work = async (): Promise<Login> => {
      // Another tab may have renewed it meanwhile.
      this.current = readStored();
      return this.current && isFresh(this.current) ? this.current : this.renew();
    };
    return 'locks' in navigator ? navigator.locks.request('login', work) : work();
  }

  private async renew(): Promise<Login> {
    const [path, body] = this.current
      ? ['/api/auth/refresh', { refreshToken: this.current.refreshToken }]
      : ['/api/auth/guest', {}];
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(this.server + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (response.status === 401 && this.current) {
      // The login has ended: the player goes on as a new guest. A game with passwords shows its login page here.
      localStorage.removeItem('login');
      this.current = null;
      return this.renew();
    }
    // The client calls again after a pause.
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    const { accessToken, refreshToken, expiresIn, user } = await response.json();
    this.current = { accessToken, refreshToken, userId: user.id, expiresAt: Date.now() + expiresIn * 1_000 };
    localStorage.setItem('login', JSON.stringify(this.current));
    return this.current;
  }
}
