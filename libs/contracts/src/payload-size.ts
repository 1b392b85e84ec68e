/** How large a request may be in bytes: as large as the longest one of the contract in its worst encoding. */

/**
 * Bytes of JSON that one character takes at most. Clients may escape everything that is not ASCII: a character beyond the
 * basic plane becomes a pair of `\\uXXXX`.
 */
export const MAX_CHARACTER_BYTES = 12;

/**
 * What every transport takes by default, in bytes. The longest request is a message of 10,000 characters, which is 120,000
 * bytes in its worst encoding; a test derives that from the contracts.
 */
export const MAX_REQUEST_BYTES = 128 * 1024;
