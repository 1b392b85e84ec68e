/** Access tokens from the application. A token that the server has refused is never presented again. */
import type { ErrorCode } from '@aeturnis/contracts';
import type { ClientClock } from '../base/clock';
import { RequestError } from '../base/request-error';
import { within } from '../base/within';

/** Called before each attempt to connect, and a minute before the token expires. It may cache its token until then. */
export type GetToken = () => string | Promise<string>;

/** A call that takes longer has failed. */
const TOKEN_TIMEOUT_MS = 10_000;
const REFUSALS = new Set<string>(['MISSING_TOKEN', 'INVALID_TOKEN', 'EXPIRED_TOKEN', 'UNAUTHENTICATED']);
/** After so many invalid tokens in a row, the application cannot get a valid one. */
const MAX_INVALID = 2;

/** Without a limit, an application that never answers would stop the client. */
export const withTimeout = (getToken: GetToken, clock: ClientClock): GetToken => {
  return () => within(clock, TOKEN_TIMEOUT_MS, 'getToken', getToken);
};

export class TokenSupply {
  private refused: { readonly token: string; readonly code: ErrorCode } | undefined;
  private invalidCount = 0;

  constructor(private readonly getToken: GetToken) {}

  /** @throws RequestError if the application returns none, or still the refused one: retryable if that had expired. */
  async next(): Promise<string> {
    const token = await this.getToken();
    if (!token) throw new RequestError('MISSING_TOKEN', 'getToken returned no token');
    const { refused } = this;
    if (refused?.token !== token) return token;
    throw new RequestError(refused.code, 'getToken returned a refused token', {
      retryable: refused.code === 'EXPIRED_TOKEN',
    });
  }

  /** @returns whether the application cannot get a valid one. Other refusals say nothing of the token. */
  markRefused(token: string, code: ErrorCode): boolean {
    if (!REFUSALS.has(code)) return false;
    this.refused = { token, code };
    return code !== 'EXPIRED_TOKEN' && ++this.invalidCount >= MAX_INVALID;
  }

  markAccepted(): void {
    this.invalidCount = 0;
  }
}
