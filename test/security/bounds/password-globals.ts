/** How many passwords are hashed at once, and how many wait. */
import { bound, type GlobalBound, server } from './global-bound';

export const OF_PASSWORDS: readonly GlobalBound[] = [
  bound(
    'passwords being hashed',
    '2 at once, 32 MiB each; 60 of each kind wait, known addresses and others; of the others 6 of one address and 20 of one network (IPv6 /48, IPv4 /24)',
    [
      server('accounts/auth/password-queue.ts', 'AT_ONCE', '2'),
      server('accounts/auth/password-queue.ts', 'MAX_WAITING', '60'),
      server('accounts/auth/password-queue.ts', 'MAX_WAITING_PER_ADDRESS', '6'),
      server('accounts/auth/password-queue.ts', 'MAX_WAITING_PER_NETWORK', '20'),
    ],
    '`UNAVAILABLE`; where a line is full, the latest of the network with the most gives way to one with fewer',
  ),
];
