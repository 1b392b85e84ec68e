/** Who may do what: blocks. Everybody has a list of their own, and nobody gets at another's. */
import { command, route } from '../row';
import type { Scene } from '../scene';

const outsider = ({ outsiderId }: Scene) => ({ userId: outsiderId });

export const blocks = [
  command('block:add', { all: 'OK' }, outsider),
  command('block:remove', { all: 'OK' }, outsider),
  command('block:list', { all: 'OK' }, () => ({})),
  route('GET /api/blocks', { all: 200 }),
  route('POST /api/blocks', { all: 201 }, (scene) => ({ body: outsider(scene) })),
  route('DELETE /api/blocks/{userId}', { all: 204 }, (scene) => ({ params: outsider(scene) })),
];
