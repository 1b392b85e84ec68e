/** One conversation of some writers, on two nodes and over HTTP, while connections break: nothing is lost, doubled or out of order. */
import { after } from './support/breaking';
import { scenario } from './support/scenario';
import { ENVIRONMENT, Writing } from './support/writing';

const SETTING = { nodes: ['west', 'east'], environment: ENVIRONMENT, ungated: true } as const;

scenario('some writers in one conversation', SETTING, async (world) => {
  const writing = await Writing.begin(world, { sockets: 3, http: 2, readers: 1 });
  return writing.round(world.chance, (goOn, written) =>
    Promise.race([after(150, written), writing.disturb(world.chance, goOn, written)]),
  );
});
