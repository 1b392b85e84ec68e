/** Rows of the authorisation matrix: presence. Every caller is answered; the answer leaves out what the caller may not see. */
import { commandRow } from '../row';

const look = ({ owner }: { owner: { id: string } }) => ({ userIds: [owner.id] });

export const presenceRows = [
  commandRow('presence:update', { all: 'OK' }, () => ({ activity: 'fishing' })),
  commandRow('presence:get', { all: 'OK' }, look),
  commandRow('presence:subscribe', { all: 'OK' }, look),
  commandRow('presence:unsubscribe', { all: 'OK' }, look),
];
