/** Rows of the authorisation matrix: blocks. Each user has a block list, which no other user can read or change. */
import { commandRow, routeRow } from '../row';
import type { MatrixScene } from '../matrix-scene';

const outsider = ({ outsiderId }: MatrixScene) => ({ userId: outsiderId });

export const blockRows = [
  commandRow('block:add', { all: 'OK' }, outsider),
  commandRow('block:remove', { all: 'OK' }, outsider),
  commandRow('block:list', { all: 'OK' }, () => ({})),
  routeRow('GET /api/blocks', { all: 200 }),
  routeRow('POST /api/blocks', { all: 201 }, (scene) => ({ body: outsider(scene) })),
  routeRow('DELETE /api/blocks/{userId}', { all: 204 }, (scene) => ({ params: outsider(scene) })),
];
