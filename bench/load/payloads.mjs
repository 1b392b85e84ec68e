// What players say and ask, alike for all servers. `t` is the stamp that comes back in each delivery.
import { BLANK } from './frames.mjs';

export const saying = (room) => ({ room, text: 'The quick brown fox jumps over the lazy dog', t: BLANK });
export const asking = () => ({ action: 'attack', target: 'goblin-42', x: 100.25, y: 200.5, t: BLANK });
