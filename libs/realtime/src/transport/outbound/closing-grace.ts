/**
 * Terminates a WebSocket soon after the server has closed it. The client needs a moment to read the last frames and to close
 * its side; `ws` alone would wait half a minute for that.
 */
import type { GuardedWebSocket } from '../inbound/guarded-websocket';

/** How long a client may take to read and close, in milliseconds. */
const CLOSING_GRACE_MS = 900;
/** A client that reads at least this much of a replay within the grace period gets another one. */
export const MIN_READ_BYTES = 16 * 1024;

/** Terminates the TCP connection after the grace period. `isReplay`: whether the unread bytes include replayed events. */
export function terminateAfterGrace(webSocket: GuardedWebSocket, isReplay: () => boolean): void {
  const unsentBefore = webSocket.unsentBytes;
  setTimeout(() => {
    if (webSocket.isClosed) return;
    const isReading = isReplay() && webSocket.unsentBytes <= unsentBefore - MIN_READ_BYTES;
    if (isReading) terminateAfterGrace(webSocket, isReplay);
    else webSocket.terminate();
  }, CLOSING_GRACE_MS).unref();
}
