/** What a connection may do before the attacks mark it as exceeding: far more than any honest client does. */

/** Frames of a connection that has not entered a namespace; a stock client sends one or two. */
export const FRAMES_BEFORE_ADMISSION = 100;
/** Frames in a row of a connection that has entered; commands are limited to 60 at once. */
export const FRAMES_AT_ONCE = 2_000;
/** How long a connection may take to enter a namespace: CONNECT_TIMEOUT_MS. */
export const ADMISSION_MS = 10_000;
/** How long a request may take to arrive: 30 seconds, and a second until the node checks. */
export const REQUEST_MS = 31_000;
/** Connections of one address: CONNECTIONS_PER_IP, twice because the old connections of reconnecting clients may still be open. */
export const CONNECTIONS_OF_ADDRESS = 400;
