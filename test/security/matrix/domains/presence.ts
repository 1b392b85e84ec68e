/** Who may do what: presence. Whom one may see is in the answer, not in whether there is one. */
import { command } from '../row';

const look = ({ owner }: { owner: { id: string } }) => ({ userIds: [owner.id] });

export const presence = [
  command('presence:update', { all: 'OK' }, () => ({ activity: 'fishing' })),
  command('presence:get', { all: 'OK' }, look),
  command('presence:subscribe', { all: 'OK' }, look),
  command('presence:unsubscribe', { all: 'OK' }, look),
];
