/**
 * The end of a connection that the server has closed. What was written last may still have to be compressed and read, and
 * then the client closes its side: `ws` would wait for that for half a minute.
 */
import type { GuardedWebSocket } from './guarded-websocket';

/** How long a client may take for that, in milliseconds. */
const LAST_WORDS_MS = 900;
/** What a client must read in that time of what it missed while it was away, to be given as much time again. */
export const LEAST_READ_BYTES = 16 * 1024;

/** Ends the TCP connection soon. `isReplay`: whether what the client has not read is what it missed while it was away. */
export function endSoon(webSocket: GuardedWebSocket, isReplay: () => boolean): void {
  const unsentBefore = webSocket.unsentBytes;
  setTimeout(() => {
    if (webSocket.isGone) return;
    const isReading = isReplay() && webSocket.unsentBytes <= unsentBefore - LEAST_READ_BYTES;
    if (isReading) endSoon(webSocket, isReplay);
    else webSocket.terminate();
  }, LAST_WORDS_MS).unref();
}
