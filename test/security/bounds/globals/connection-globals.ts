/** Bounds of what one connection may send, have queued and follow. */
import { type GlobalBound, globalBound, realtimeConstant, serverConstant } from './global-bound';
import { TRANSPORT_BOUNDS } from './recovery-globals';

export const CONNECTION_BOUNDS: readonly GlobalBound[] = [
  globalBound(
    'one message or polling body',
    '128 KiB',
    ['maxPayloadBytes', realtimeConstant('transport/inbound/oversized-message.ts', 'MAX_SKIPPED_PAYLOADS', '8')],
    'a command over a WebSocket is skipped and answered by `PAYLOAD_TOO_LARGE`; past eight times that, and for all else, the connection is closed',
  ),
  globalBound(
    'bytes that wait to be sent',
    '16 MiB',
    ['maxWriteBufferBytes'],
    'volatile events are left out, then the connection is closed',
  ),
  globalBound(
    'commands that are queued',
    '100, one runs',
    [realtimeConstant('commands/dispatch/command-dispatcher.ts', 'MAX_QUEUED_COMMANDS', '100')],
    '`RATE_LIMITED`',
  ),
  globalBound('time of one command', '10 s', ['commandDeadlineMs'], '`TIMEOUT`; the next command runs'),
  globalBound(
    'refused commands',
    '150 in 10 s',
    [
      realtimeConstant('commands/limits/flood-guard.ts', 'MAX_BREACHES', '150'),
      realtimeConstant('commands/limits/flood-guard.ts', 'BREACH_WINDOW_MS', '10_000'),
    ],
    'the connection is closed',
  ),
  globalBound(
    'a payload',
    '8 levels, 64 keys of an object, 1,000 entries of a list',
    [
      realtimeConstant('commands/validation/payload-shape.ts', 'MAX_DEPTH', '8'),
      realtimeConstant('commands/validation/payload-shape.ts', 'MAX_KEYS', '64'),
      realtimeConstant('commands/validation/payload-shape.ts', 'MAX_ITEMS', '1_000'),
    ],
    '`VALIDATION`',
  ),
  globalBound(
    'what a refusal repeats of a request',
    '20 fields, 64 characters of a name, 200 of a problem',
    [
      realtimeConstant('commands/validation/ws-validation.pipe.ts', 'MAX_DETAILS', '20'),
      realtimeConstant('commands/validation/ws-validation.pipe.ts', 'MAX_FIELD_LENGTH', '64'),
      realtimeConstant('commands/validation/ws-validation.pipe.ts', 'MAX_PROBLEM_LENGTH', '200'),
    ],
    'it is cut',
  ),
  globalBound(
    'users whose presence is followed',
    '500',
    [serverConstant('presence/presence-subscriptions.ts', 'MAX_WATCHED_USERS', '500')],
    '`VALIDATION`',
  ),
  globalBound(
    'conversations in which the sign of writing is shown',
    '240: commands of a connection within 6 s',
    [serverConstant('conversations/activity/typing.service.ts', 'TYPING_TIMEOUT_MS', '6_000')],
    'the sign ends by itself',
  ),
  ...TRANSPORT_BOUNDS,
  globalBound('the one character that is played', '1', [], 'the one before leaves the world'),
  globalBound(
    'repeats of an entry or exit to a viewer',
    '4 each, within 0.6 s',
    [
      serverConstant('world/interest/visibility-changes.ts', 'CHANGE_REPEATS', '4'),
      serverConstant('world/interest/visibility-changes.ts', 'VIEW_INTERVAL_TICKS', '2'),
    ],
    'it is no longer repeated',
  ),
];
