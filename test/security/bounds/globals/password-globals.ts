/** Bounds of how many passwords are hashed at once, and how many wait. */
import { globalBound, type GlobalBound, serverConstant } from './global-bound';

export const PASSWORD_BOUNDS: readonly GlobalBound[] = [
  globalBound(
    'passwords being hashed',
    '2 at once, 32 MiB each; 60 of each kind wait, known addresses and others; of the others 6 from one address and 20 from one network (IPv6 /48, IPv4 /24)',
    [
      serverConstant('accounts/auth/password-queue.ts', 'AT_ONCE', '2'),
      serverConstant('accounts/auth/password-queue.ts', 'MAX_WAITING', '60'),
      serverConstant('accounts/auth/password-queue.ts', 'MAX_WAITING_PER_ADDRESS', '6'),
      serverConstant('accounts/auth/password-queue.ts', 'MAX_WAITING_PER_NETWORK', '20'),
    ],
    '`UNAVAILABLE`; in a full queue the latest request of the network with the most is evicted for a network with fewer',
  ),
];
