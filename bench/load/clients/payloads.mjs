// Chat and request payloads, the same for all servers. Each delivery repeats `t`, the time of sending.
import { PLACEHOLDER_STAMP } from './frames.mjs';

export const chatPayload = (room) => ({
  room,
  text: 'The quick brown fox jumps over the lazy dog',
  t: PLACEHOLDER_STAMP,
});
export const requestPayload = () => ({
  action: 'attack',
  target: 'goblin-42',
  x: 100.25,
  y: 200.5,
  t: PLACEHOLDER_STAMP,
});
