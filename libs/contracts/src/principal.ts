/** The authenticated user of a connection or request, from a verified access token and its account. */

export interface Principal {
  readonly userId: string;
  readonly name: string;
  readonly roles: readonly string[];
  /** The login session of the token, shared by all tokens refreshed from one login; empty for external issuers. */
  readonly sessionId: string;
  /** When the access token expires, in milliseconds since 1970. */
  readonly expiresAt: number;
}

/** The protocol version of this server. */
export const PROTOCOL_VERSION = 1;
