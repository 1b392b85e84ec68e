/** The maximum size of a request in bytes, derived from the longest request of the contract in its worst encoding. */

/**
 * The most bytes of JSON for one character. Clients may escape everything that is not ASCII; a character beyond the basic
 * plane then becomes a pair of `\\uXXXX`.
 */
export const MAX_CHARACTER_BYTES = 12;

/**
 * The default limit of every transport, in bytes. The longest request is a message of 10,000 characters, which is 120,000
 * bytes in its worst encoding; a test derives that from the contracts.
 */
export const MAX_REQUEST_BYTES = 128 * 1024;
