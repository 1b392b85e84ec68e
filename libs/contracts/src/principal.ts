/** Who acts: what a verified access token and the account behind it say. */

export interface Principal {
  readonly userId: string;
  readonly name: string;
  readonly roles: readonly string[];
  /** The login this token belongs to (all tokens refreshed from one login share it); empty for outside issuers. */
  readonly sessionId: string;
  /** When the access token ends, in milliseconds since 1970. */
  readonly expiresAt: number;
}

/** The version of the protocol this server speaks. */
export const PROTOCOL_VERSION = 1;
